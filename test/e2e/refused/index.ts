// SPDX-License-Identifier: Apache-2.0
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "../../../components/kubernetes";

/*
 * A resource for each rule of the policy pack, which breaks that and no other. It is previewed, and the
 * kubeconfig is one that only an update would know: no cluster is asked for anything.
 */

const cluster = new local.Command("cluster", { create: "echo no cluster is made >&2; exit 1" });
const provider = new k8s.Provider("somewhere", { kubeconfig: pulumi.secret(cluster.stdout) });
const inCluster = { provider };

const IMAGE = "registry.example.com/app:1.2.3";
const SIZED = { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } };

function pod(container: { image: string; resources?: typeof SIZED }) {
    const labels = { app: "app" };
    return {
        spec: {
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: { containers: [{ name: "app", ...container }] },
            },
        },
    };
}

new k8s.Deployment("good", pod({ image: IMAGE, resources: SIZED }), inCluster);

new k8s.Deployment(
    "floating-image",
    pod({ image: "registry.example.com/app:latest", resources: SIZED }),
    inCluster,
);

new k8s.Deployment("without-limits", pod({ image: IMAGE }), inCluster);

// Class Secret would make it secret by itself.
new k8s.CustomResource(
    "plain-secret",
    { apiVersion: "v1", kind: "Secret", stringData: { password: "hunter2" } },
    inCluster,
);

new k8s.ConfigMap("without-provider", { data: { a: "b" } });

new k8s.ClusterRoleBinding(
    "everything",
    {
        roleRef: {
            apiGroup: "rbac.authorization.k8s.io",
            kind: "ClusterRole",
            name: "cluster-admin",
        },
        subjects: [{ kind: "ServiceAccount", name: "app", namespace: "default" }],
    },
    inCluster,
);
