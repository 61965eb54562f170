// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { EdgeTokensPlan } from "../plan/trust";
import { ExpiringToken } from "./expiringToken";
import * as k8s from "./kubernetes";
import type { ClusterAccess } from "./kubectl";

/** Inputs of RemoteReader. */
export interface RemoteReaderArgs {
    /** Name of the cluster that reads: it has a service account of its own. */
    observingCluster: string;
    /** Name of the ClusterRole, and of the Role in Istio's namespace, that it gets. */
    roleName: pulumi.Input<string>;
    /** How kubectl reaches the observed cluster. */
    access: ClusterAccess;
    /** How long tokens live; undefined for as long as the edge. */
    tokenLife: EdgeTokensPlan | undefined;
    /** Key of the certificates that keep the time of tokens. */
    termKeyPem: pulumi.Input<string> | undefined;
}

/**
 * The observed cluster's half of an edge: a service account for the one observing cluster, bound to
 * the role of readers, and its token. Removing it revokes this edge alone.
 */
export class RemoteReader extends pulumi.ComponentResource {
    /** The service account's token. Secret. */
    public readonly token: pulumi.Output<string>;
    /** When the token expires, ISO 8601; undefined for never. */
    public readonly tokenExpires: pulumi.Output<string> | undefined;
    /** Certificate authority of the API server, PEM. */
    public readonly caCertPem: pulumi.Output<string>;
    /** What an expiring token is bound to; undefined for a token that does not expire. */
    public readonly boundTo: pulumi.Output<string> | undefined;

    constructor(name: string, args: RemoteReaderArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:RemoteReader", name, args, opts);
        const account = readerAccount(args.observingCluster);
        const metadata = { name: account, namespace: ISTIO_NAMESPACE };
        const serviceAccount = new k8s.ServiceAccount(
            `${name}-account`,
            { metadata },
            { parent: this },
        );
        const bindings = this.bind(name, account, args.roleName, serviceAccount);
        const dependsOn = [serviceAccount, ...bindings];
        if (args.tokenLife && args.termKeyPem !== undefined) {
            const { access, tokenLife: life, termKeyPem } = args;
            const expiring = new ExpiringToken(
                `${name}-expiring`,
                { access, account, life, termKeyPem },
                { parent: this, dependsOn },
            );
            this.token = expiring.token;
            this.tokenExpires = expiring.expires;
            this.caCertPem = expiring.caCertPem;
            this.boundTo = expiring.boundTo;
        } else {
            const data = this.lastingToken(name, account, dependsOn);
            this.token = pulumi.secret(data.apply((of) => decode(of.token)));
            this.caCertPem = pulumi.unsecret(data.apply((of) => decode(of["ca.crt"])));
        }
        this.registerOutputs({ token: this.token, caCertPem: this.caCertPem });
    }

    /** Binds the account to the role, in the whole cluster and in Istio's namespace. */
    private bind(
        name: string,
        account: string,
        role: pulumi.Input<string>,
        dependsOn: pulumi.Resource,
    ): pulumi.Resource[] {
        const subjects = [{ kind: "ServiceAccount", name: account, namespace: ISTIO_NAMESPACE }];
        const child = { parent: this, dependsOn: [dependsOn] };
        const ref = (kind: string) => ({
            apiGroup: "rbac.authorization.k8s.io",
            kind,
            name: role,
        });
        return [
            new k8s.ClusterRoleBinding(
                `${name}-binding`,
                { metadata: { name: account }, roleRef: ref("ClusterRole"), subjects },
                child,
            ),
            new k8s.RoleBinding(
                `${name}-own-binding`,
                {
                    metadata: { name: account, namespace: ISTIO_NAMESPACE },
                    roleRef: ref("Role"),
                    subjects,
                },
                child,
            ),
        ];
    }

    /** The Secret that Kubernetes fills with a token that lives as long as it does. */
    private lastingToken(
        name: string,
        account: string,
        dependsOn: readonly pulumi.Resource[],
    ): pulumi.Output<Record<string, string>> {
        const secret = new k8s.Secret(
            `${name}-token`,
            {
                metadata: {
                    name: account,
                    namespace: ISTIO_NAMESPACE,
                    annotations: { "kubernetes.io/service-account.name": account },
                },
                type: "kubernetes.io/service-account-token",
            },
            // The provider waits for the token itself.
            { parent: this, dependsOn: [...dependsOn], additionalSecretOutputs: ["data"] },
        );
        return secret.data;
    }
}

/** Name of the account that a cluster reads another one by. */
export function readerAccount(observingCluster: string): string {
    return `istio-reader-${observingCluster}`;
}

function decode(base64: string | undefined): string {
    return Buffer.from(base64 ?? "", "base64").toString("utf8");
}
