// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";

/** Inputs of RemoteSecret. */
export interface RemoteSecretArgs {
    /** Name of the cluster that is read. */
    observedCluster: string;
    /** URL of its API server as the observing cluster reaches it. */
    server: string;
    /** Certificate authority of its API server, PEM. */
    caCertPem: pulumi.Input<string>;
    /** Token of the reader in it. */
    token: pulumi.Input<string>;
}

/** The observing cluster's half of an edge: the remote secret that istiod discovers the peer by. */
export class RemoteSecret extends pulumi.ComponentResource {
    /** Name of the Secret. */
    public readonly secretName: pulumi.Output<string>;

    constructor(name: string, args: RemoteSecretArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:RemoteSecret", name, args, opts);
        const kubeconfig = pulumi
            .all([args.caCertPem, args.token])
            .apply(([caCertPem, token]) => remoteKubeconfig(args, caCertPem, token));
        const secret = new k8s.Secret(
            `${name}-secret`,
            {
                // What `istioctl create-remote-secret` makes (istioctl/pkg/multicluster).
                metadata: {
                    name: `istio-remote-secret-${args.observedCluster}`,
                    namespace: ISTIO_NAMESPACE,
                    labels: { "istio/multiCluster": "true" },
                    annotations: { "networking.istio.io/cluster": args.observedCluster },
                },
                stringData: { [args.observedCluster]: pulumi.secret(kubeconfig) },
            },
            { parent: this },
        );
        this.secretName = secret.metadata.name;
        this.registerOutputs({ secretName: this.secretName });
    }
}

/** The kubeconfig of a reader, as JSON, which is YAML without any quoting of ours. */
export function remoteKubeconfig(
    { observedCluster: name, server }: Pick<RemoteSecretArgs, "observedCluster" | "server">,
    caCertPem: string,
    token: string,
): string {
    const authority = Buffer.from(caCertPem).toString("base64");
    return JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name, cluster: { server, "certificate-authority-data": authority } }],
        users: [{ name, user: { token } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        "current-context": name,
    });
}
