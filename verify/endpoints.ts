// SPDX-License-Identifier: Apache-2.0
import type { Outcome } from "./context";
import { askProxy } from "./pods";
import type { Probe } from "./probes";
import { probeName } from "./probeManifests";
import { type Endpoint, parseEndpoints } from "./proxyAdmin";
import { reasonOf } from "./report";

/** Every endpoint that a probe's proxy knows. */
export async function knownEndpoints({ kube, pod }: Probe): Promise<Outcome<Endpoint[]>> {
    try {
        const answer = await askProxy(kube, pod.metadata, "clusters?format=json");
        return { ok: true, value: parseEndpoints(answer) };
    } catch (error) {
        return { ok: false, reason: reasonOf(error) };
    }
}

/** Whether an endpoint is one of the service of a cluster's probe. */
export function isOfProbe(endpoint: Endpoint, cluster: string, namespace: string): boolean {
    return endpoint.cluster.includes(`|${probeName(cluster)}.${namespace}.svc.`);
}
