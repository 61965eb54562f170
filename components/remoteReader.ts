// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";

/** Inputs of RemoteReader. */
export interface RemoteReaderArgs {
    /** Name of the cluster that reads: it has a service account of its own. */
    observingCluster: string;
}

/**
 * The observed cluster's half of an edge: a service account for the one observing cluster, bound to
 * the role that chart istiod makes for readers, and its token. Removing it revokes this edge alone.
 */
export class RemoteReader extends pulumi.ComponentResource {
    /** The service account's token. Secret. */
    public readonly token: pulumi.Output<string>;
    /** Certificate authority of the API server, PEM. */
    public readonly caCertPem: pulumi.Output<string>;

    constructor(name: string, args: RemoteReaderArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:RemoteReader", name, args, opts);
        const reader = `istio-reader-${args.observingCluster}`;
        const metadata = { name: reader, namespace: ISTIO_NAMESPACE };
        const account = new k8s.ServiceAccount(`${name}-account`, { metadata }, { parent: this });
        const binding = new k8s.ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata: { name: reader },
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "ClusterRole",
                    name: `istio-reader-clusterrole-${ISTIO_NAMESPACE}`,
                },
                subjects: [{ kind: "ServiceAccount", ...metadata }],
            },
            { parent: this, dependsOn: [account] },
        );
        const secret = new k8s.Secret(
            `${name}-token`,
            {
                metadata: {
                    ...metadata,
                    annotations: { "kubernetes.io/service-account.name": reader },
                },
                type: "kubernetes.io/service-account-token",
            },
            // The provider waits for the token itself.
            { parent: this, dependsOn: [binding], additionalSecretOutputs: ["data"] },
        );
        this.token = pulumi.secret(secret.data.apply((data) => decode(data.token)));
        this.caCertPem = pulumi.unsecret(secret.data.apply((data) => decode(data["ca.crt"])));
        this.registerOutputs({ token: this.token, caCertPem: this.caCertPem });
    }
}

function decode(base64: string | undefined): string {
    return Buffer.from(base64 ?? "", "base64").toString("utf8");
}
