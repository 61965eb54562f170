// SPDX-License-Identifier: Apache-2.0
import type { LiveFleet } from "./fleet";
import type { Kube } from "./kube";
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
