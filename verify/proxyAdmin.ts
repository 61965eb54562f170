// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";

/*
 * Readers of the answers of Envoy's admin interface: only what the checks look at.
 */

const endpoint = z.object({
    address: z.object({
        socket_address: z
            .object({ address: z.string(), port_value: z.number().optional() })
            .optional(),
    }),
});

const clusters = z.object({
    cluster_statuses: z
        .array(z.object({ name: z.string(), host_statuses: z.array(endpoint).optional() }))
        .optional(),
});

/** An endpoint that a proxy knows. */
export interface Endpoint {
    /** Envoy's cluster, for Istio `outbound|<port>|<subset>|<host>`. */
    readonly cluster: string;
    readonly address: string;
    readonly port: number;
}

/** Endpoints in the answer of `clusters?format=json`. */
export function parseEndpoints(text: string): Endpoint[] {
    const { cluster_statuses: statuses = [] } = clusters.parse(JSON.parse(text));
    return statuses.flatMap(({ name, host_statuses: hosts = [] }) =>
        hosts.flatMap(({ address: { socket_address: socket } }) =>
            socket
                ? [{ cluster: name, address: socket.address, port: socket.port_value ?? 0 }]
                : [],
        ),
    );
}

/** Counters above zero in the answer of `stats?filter=…`, by name. */
export function parseCounters(text: string): Map<string, number> {
    const counters = new Map<string, number>();
    for (const line of text.split("\n")) {
        const [, name, value] = /^(\S+): (\d+)$/.exec(line.trim()) ?? [];
        if (name !== undefined && Number(value) > 0) counters.set(name, Number(value));
    }
    return counters;
}
