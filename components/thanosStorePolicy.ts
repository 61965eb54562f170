// SPDX-License-Identifier: Apache-2.0
import { REMOTE_WRITE_PORT, STORE_PORT, THANOS_HTTP_PORT } from "../metrics/names";
import { podSelector, thanosMetadata } from "./thanosPod";

/** Ports of the sidecar: metrics and health. */
const SIDECAR_PORTS = [15_020, 15_021, 15_090];

/**
 * A NetworkPolicy that keeps an ingestor's gRPC to Thanos itself. That port takes writes too, from
 * routers, and neither the sidecar nor an AuthorizationPolicy sees them. It holds where the cluster's
 * network heeds such policies.
 */
export function storePolicy(name: string) {
    const ports = (...numbers: readonly number[]) =>
        numbers.map((port) => ({ port, protocol: "TCP" }));
    return {
        metadata: thanosMetadata(name),
        spec: {
            podSelector: { matchLabels: podSelector(name) },
            policyTypes: ["Ingress"],
            ingress: [
                {
                    from: [
                        {
                            podSelector: {
                                matchLabels: { "app.kubernetes.io/part-of": "thanos" },
                            },
                        },
                    ],
                    ports: ports(STORE_PORT),
                },
                { ports: ports(REMOTE_WRITE_PORT, THANOS_HTTP_PORT, ...SIDECAR_PORTS) },
            ],
        },
    };
}
