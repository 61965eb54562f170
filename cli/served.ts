// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { kindNodes } from "../host/docker";
import { servedTrust } from "../host/servedTrust";
import { type FleetPlan, kindClusters } from "../plan/fleet";
import { behind } from "../plan/rotation";
import type { ServedTrust } from "../plan/servedTrust";
import { several } from "../plan/several";
import type { TrustTarget } from "../plan/trustTarget";
import { StepError } from "./steps";

/** How a fleet is asked, and for how long. */
export interface Asking {
    /** Gives what the clusters of a fleet serve, with their proxies. */
    readonly ask: (plan: FleetPlan) => Promise<readonly ServedTrust[]>;
    /** After this many seconds it has failed. */
    readonly seconds: number;
    /** Time between two questions. */
    readonly intervalMs: number;
}

/** A kubelet may take two minutes to bring a Secret to its pods, istiod and proxies seconds. */
const LIVE: Asking = { ask: askEverybody, seconds: 420, intervalMs: 2000 };

/**
 * Waits until every istiod and every proxy of a fleet serves the roots of a target, and uses
 * certificates of theirs. Says who does not, whenever that changes.
 *
 * @param signal stops the waiting, by throwing its reason.
 */
export async function awaitServed(
    plan: FleetPlan,
    target: TrustTarget,
    say: (line: string) => void,
    signal: AbortSignal,
    { ask, seconds, intervalMs }: Asking = LIVE,
): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    let said = "";
    for (;;) {
        const late = behind(target, await ask(plan));
        if (late.length === 0) return;
        const names = several(late);
        if (Date.now() > deadline) {
            throw new StepError(
                `after ${String(seconds)} s these do not serve it: ${names}. Look at their logs, or delete the pods ` +
                    "of proxies: new ones are given what is served now",
            );
        }
        if (names !== said) say(`Waiting for ${names}.`);
        said = names;
        await pause(intervalMs, undefined, { signal }).catch(() => {
            // Its own error says only that something was aborted.
            signal.throwIfAborted();
        });
    }
}

async function askEverybody(plan: FleetPlan): Promise<ServedTrust[]> {
    const present = {
        kindNodes: kindClusters(plan).length > 0 ? await kindNodes() : [],
        existing: new Map(),
    };
    return servedTrust(plan, present, { proxies: true });
}
