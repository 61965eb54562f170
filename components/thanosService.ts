// SPDX-License-Identifier: Apache-2.0
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import { podSelector, thanosMetadata } from "./thanosPod";

const HEADLESS = {
    "networking.istio.io/exportTo": "~",
    // Its StatefulSet is waited for, and its pods need it to be there first.
    "pulumi.com/skipAwait": "true",
};

/**
 * The headless Service of a StatefulSet. Also of replicas that are not ready: Query then takes one up
 * when it answers, and not when DNS has said so. No proxy gets to know it: it is for this cluster, and
 * the mesh's own other clusters could not reach the pods.
 */
export function headlessService(
    name: string,
    ports: Readonly<Record<string, number>>,
    pods: string = name,
) {
    return {
        metadata: { ...thanosMetadata(name), annotations: HEADLESS },
        spec: {
            clusterIP: "None",
            publishNotReadyAddresses: true,
            selector: podSelector(pods),
            ports: Object.entries(ports).map(([port, number]) => ({
                name: port,
                port: number,
                targetPort: port,
            })),
        },
    };
}

/** The Service of a Deployment: its HTTP port under a number of its own. */
export function httpService(name: string, port: number) {
    return {
        metadata: {
            ...thanosMetadata(name),
            // Its Deployment is waited for; to wait for its endpoints too takes ten seconds more.
            annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: {
            selector: podSelector(name),
            ports: [{ name: "http", port, targetPort: "http" }],
        },
    };
}

/** The name of a Service, or of a replica behind a headless one, in the cluster's DNS. */
export function dnsName(service: string): string {
    return `${service}.${MONITORING_NAMESPACE}.svc.cluster.local`;
}
