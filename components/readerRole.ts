// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";

/** What an observed cluster is to the istiod that reads it: another primary's, or one that it serves. */
export type ReaderOf = "peer" | "remote";

/** Inputs of ReaderRole. */
export interface ReaderRoleArgs {
    readerOf: ReaderOf;
    /** Whether the istiod that reads has to list all Secrets. */
    readsSecrets: boolean;
}

/**
 * What a reader may do in a cluster: what istiod calls there with the credential of a remote secret,
 * and nothing else. RemoteReader binds accounts to it.
 */
export class ReaderRole extends pulumi.ComponentResource {
    /** Name of the ClusterRole, and of the Role in Istio's namespace. */
    public readonly roleName: pulumi.Output<string>;

    constructor(name: string, args: ReaderRoleArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ReaderRole", name, args, opts);
        const roleName = `istio-fleet-reader-of-${args.readerOf}`;
        const { cluster, namespaced } = readerRules(args);
        const everywhere = new k8s.ClusterRole(
            `${name}-cluster`,
            { metadata: { name: roleName }, rules: cluster },
            { parent: this },
        );
        const own = new k8s.Role(
            `${name}-own`,
            { metadata: { name: roleName, namespace: ISTIO_NAMESPACE }, rules: namespaced },
            { parent: this },
        );
        this.roleName = pulumi
            .all([everywhere.metadata.name, own.metadata.name])
            .apply(() => roleName);
        this.registerOutputs({ roleName: this.roleName });
    }
}

interface Rule {
    readonly apiGroups: string[];
    readonly resources: string[];
    readonly verbs: string[];
    /** A list or watch of one name asks for it by a field selector, which counts as the name. */
    readonly resourceNames?: string[];
}

const rule = (group: string, resource: string | string[], ...verbs: string[]): Rule => ({
    apiGroups: [group],
    resources: [resource].flat(),
    verbs,
});
const named = (of: Rule, ...resourceNames: string[]): Rule => ({ ...of, resourceNames });

/**
 * The rules of a reader, for the whole cluster and for Istio's namespace. A list that is refused is
 * worse than one right too many: istiod never finishes its watch of that cluster, and keeps the old
 * credential for good (pkg/kube/multicluster/cluster.go, Run).
 */
export function readerRules({ readerOf, readsSecrets }: ReaderRoleArgs): {
    cluster: Rule[];
    namespaced: Rule[];
} {
    const secrets = readsSecrets ? [rule("", "secrets", "list", "watch")] : [];
    // Whom a gateway's `credentialName` is for; istiod asks for each.
    const gatewaySecrets = readsSecrets
        ? [rule("authorization.k8s.io", "subjectaccessreviews", "create")]
        : [];
    const remote = readerOf === "remote";
    return {
        cluster: [...PEER, ...secrets, ...(remote ? [...REMOTE, ...gatewaySecrets] : [])],
        namespaced: [...OWN_OF_PEER, ...(remote ? OWN_OF_REMOTE : [])],
    };
}

/** Where endpoints come from (pkg/kube/multicluster/cluster.go, pilot/pkg/serviceregistry/kube). */
const PEER: readonly Rule[] = [
    rule("", ["namespaces", "nodes", "pods", "services"], "list", "watch"),
    rule("discovery.k8s.io", "endpointslices", "list", "watch"),
    rule("networking.istio.io", "workloadentries", "list", "watch"),
    rule("gateway.networking.k8s.io", "gateways", "list", "watch"),
    // Whether the kinds of the two above are there at all.
    rule("apiextensions.k8s.io", "customresourcedefinitions", "list", "watch"),
    // An istiod that serves remotes looks whether this cluster is one of them.
    named(rule("", "namespaces", "get"), ISTIO_NAMESPACE),
];

/** The other cluster's mesh configuration, for its trust domain. */
const OWN_OF_PEER: readonly Rule[] = [named(rule("", "configmaps", "list", "watch"), "istio")];

/** The istiod that serves it checks its workloads' tokens, and writes what they trust to its namespaces. */
const REMOTE: readonly Rule[] = [
    rule("authentication.k8s.io", "tokenreviews", "create"),
    // Creating cannot be limited to names.
    rule("", "configmaps", "create"),
    named(rule("", "configmaps", "list", "watch", "update"), "istio-ca-root-cert", "istio-ca-crl"),
    rule("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "list", "watch"),
];

/** Which of several istiods writes to the namespaces. */
const OWN_OF_REMOTE: readonly Rule[] = [
    named(rule("", "configmaps", "get", "update"), "istio-namespace-controller-election"),
];
