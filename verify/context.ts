// SPDX-License-Identifier: Apache-2.0
import { type LiveFleet, gatewayOf, primaryOf } from "./fleet";
import type { Kube } from "./kube";
import { type Pod, eastWestGateways } from "./pods";
import type { Run } from "./probeManifests";
import type { Probe } from "./probes";
import type { Patience } from "./until";

/** Something that was there, or why it wasn't. */
export type Outcome<T> =
    { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** What every check is given. */
export interface VerifyContext {
    readonly fleet: LiveFleet;
    readonly run: Run;
    /** Access to each cluster, by name. */
    readonly kubes: ReadonlyMap<string, Outcome<Kube>>;
    /** Each cluster's probe, by name. */
    readonly probes: ReadonlyMap<string, Outcome<Probe>>;
    /** How long a mesh that is still converging is waited for. */
    readonly patience: Patience;
}

/** What a map holds for a cluster. */
export function outcomeOf<T>(map: ReadonlyMap<string, Outcome<T>>, cluster: string): Outcome<T> {
    return map.get(cluster) ?? { ok: false, reason: `there is no cluster "${cluster}"` };
}

/** Access to the cluster with the istiods that serve a cluster: its primary. */
export function primaryKube({ fleet, kubes }: VerifyContext, cluster: string): Outcome<Kube> {
    return outcomeOf(kubes, primaryOf(fleet, cluster));
}

/** Pods of a cluster that must have a proxy: its probe, and its east-west gateways if it has any. */
export async function proxiedPods({ fleet }: VerifyContext, { kube, pod }: Probe): Promise<Pod[]> {
    const hasGateway = gatewayOf(fleet, kube.cluster) !== undefined;
    return [pod, ...(hasGateway ? await eastWestGateways(kube) : [])];
}
