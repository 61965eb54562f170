// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { ChartSource } from "../versions";
import { chartArgs } from "./chart";
import type { CrdChart } from "./chartCrds";
import { createIstioNamespace } from "./istioNamespace";
import type { CaCerts } from "./meshCa";

/** Name of chart base's release. */
export const BASE_RELEASE = "istio-base";

/** What Istio needs to know in any cluster, whatever its role. */
export interface IstioArgs {
    /** The cluster's name in the mesh. */
    clusterName: string;
    /** The network that its workloads are on. */
    network: string;
    /** The mesh's id, the same in every cluster. */
    meshId: string;
    /** First part of every SPIFFE identity, the same in every cluster. */
    trustDomain: string;
    /** Labels of the namespace, beside the network's. */
    namespaceLabels: Readonly<Record<string, string>>;
    /** The mesh's trusted root certificates, PEM: what the API server checks istiod's webhooks by. */
    rootCertPem: pulumi.Input<string>;
    /** Registry and repository prefix of the images. */
    hub: string;
    /** Tag of the images. */
    tag: string;
    /** Where chart base comes from. */
    baseChart: ChartSource;
    /** Where chart istiod comes from. */
    istiodChart: ChartSource;
    /** Helm values for chart base, which win over ours. */
    baseValues: Record<string, unknown>;
    /** Helm values for chart istiod, which win over ours. */
    istiodValues: Record<string, unknown>;
}

/** Inputs of IstioControlPlane. */
export interface IstioControlPlaneArgs extends IstioArgs {
    /** Content of the Secret `cacerts`. */
    caCerts: pulumi.Input<CaCerts>;
    /** Whether its istiod serves other clusters too. */
    servesRemotes: boolean;
    /** Whether its istiod has to list the Secrets of the clusters that it observes. */
    readsRemoteSecrets: boolean;
}

/** Istio's control plane of a primary cluster: the namespace, its certificates, istiod. Not its CRDs. */
export class IstioControlPlane extends pulumi.ComponentResource {
    /** The namespace, once istiod is Ready. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: IstioControlPlaneArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:IstioControlPlane", name, args, opts);
        const namespace = createIstioNamespace(name, args.network, args.namespaceLabels, {
            parent: this,
        });
        const cacerts = new k8s.Secret(
            `${name}-cacerts`,
            {
                metadata: { name: "cacerts", namespace: ISTIO_NAMESPACE },
                stringData: pulumi.secret(args.caCerts).apply((files) => ({ ...files })),
            },
            { parent: this, dependsOn: [namespace] },
        );
        const base = new k8s.Chart(
            `${name}-base`,
            chartArgs(
                BASE_RELEASE,
                ISTIO_NAMESPACE,
                args.baseChart,
                { ...webhookValues(args.rootCertPem), global: { enableReaderRBAC: false } },
                args.baseValues,
            ),
            { parent: this, dependsOn: [namespace] },
        );
        const istiod = new k8s.Chart(
            `${name}-istiod`,
            chartArgs(
                "istiod",
                ISTIO_NAMESPACE,
                args.istiodChart,
                istiodValues(args),
                args.istiodValues,
            ),
            // Without cacerts istiod would sign with a root of its own, and keep it.
            { parent: this, dependsOn: [cacerts] },
        );
        this.namespace = pulumi
            .all([namespace.metadata.name, base.resources, istiod.resources])
            .apply(([ready]) => ready);
        this.registerOutputs({ namespace: this.namespace });
    }
}

/** Where the CRDs of Istio's come from: chart base, with the values that win over ours. */
export function istioCrds(source: ChartSource, values: Record<string, unknown>): CrdChart {
    return { release: BASE_RELEASE, namespace: ISTIO_NAMESPACE, source, values };
}

/**
 * The webhooks' authority and failure policy, in both charts. Otherwise istiod writes them itself
 * once it runs: until then pods are refused, and a refresh finds drift, which the next update meets
 * as a conflict. We know the root it signs by (https://github.com/istio/istio/pull/59367).
 */
export function webhookValues(rootCertPem: pulumi.Input<string>) {
    const caBundle = pulumi.output(rootCertPem).apply((pem) => Buffer.from(pem).toString("base64"));
    return {
        base: { validationCABundle: caBundle },
        istiodRemote: { injectionCABundle: caBundle },
    };
}

/** Our values for chart istiod in any role: who the cluster is, and the size of a small one. */
export function commonValues(args: IstioArgs) {
    return {
        meshConfig: {
            trustDomain: args.trustDomain,
            // Proxies are told of another root at once; by their next certificate it takes 12 hours.
            defaultConfig: { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } },
        },
        global: {
            // RemoteReader has roles of its own, smaller ones.
            enableReaderRBAC: false,
            hub: args.hub,
            tag: args.tag,
            meshID: args.meshId,
            multiCluster: { clusterName: args.clusterName },
            network: args.network,
            proxy: { resources: { requests: { cpu: "10m", memory: "40Mi" } } },
        },
    };
}

/** Environment of an istiod (https://istio.io/latest/docs/reference/commands/pilot-discovery/). */
function istiodEnvironment({ readsRemoteSecrets }: IstioControlPlaneArgs) {
    return {
        // Takes another set of roots while it runs, if one of old and new contains the other
        // (pilot/pkg/bootstrap/istio_ca.go).
        ISTIO_MULTIROOT_MESH: "true",
        // No webhook is its own to write to: it would put back the roots that it had a minute ago.
        VALIDATION_WEBHOOK_CONFIG_NAME: "",
        INJECTION_WEBHOOK_CONFIG_NAME: "",
        ...(readsRemoteSecrets ? {} : { PILOT_ENABLE_REMOTE_CREDENTIALS_CONTROLLER: "false" }),
    };
}

/** Our values for chart istiod of a primary. */
export function istiodValues(args: IstioControlPlaneArgs): Record<string, unknown> {
    const common = commonValues(args);
    return {
        ...webhookValues(args.rootCertPem),
        env: istiodEnvironment(args),
        autoscaleEnabled: false,
        resources: { requests: { cpu: "50m", memory: "200Mi" }, limits: { memory: "2Gi" } },
        ...common,
        global: {
            ...common.global,
            ...(args.servesRemotes ? { externalIstiod: true } : {}),
        },
    };
}
