// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { kindNodes } from "../host/docker";
import { servedTrust } from "../host/servedTrust";
import { type FleetPlan, kindClusters } from "../plan/fleet";
import { behind } from "../plan/rotation";
import { several } from "../plan/several";
import type { TrustTarget } from "../plan/trustTarget";
import { StepError } from "./steps";

/** A kubelet may take two minutes to bring a Secret to its pods, istiod and proxies seconds. */
const SECONDS = 420;
const INTERVAL_MS = 2000;

/**
 * Waits until every istiod and every proxy of a fleet serves the roots of a target, and uses
 * certificates of theirs. Says who does not, whenever that changes.
 */
export async function awaitServed(
    plan: FleetPlan,
    target: TrustTarget,
    say: (line: string) => void,
    signal: AbortSignal,
): Promise<void> {
    const deadline = Date.now() + SECONDS * 1000;
    let said = "";
    for (;;) {
        const present = {
            kindNodes: kindClusters(plan).length > 0 ? await kindNodes() : [],
            existing: new Map(),
        };
        const late = behind(target, await servedTrust(plan, present, { proxies: true }));
        if (late.length === 0) return;
        const names = several(late);
        if (Date.now() > deadline) {
            throw new StepError(
                `after ${String(SECONDS)} s these do not serve it: ${names}. Look at their logs, or delete the pods ` +
                    "of proxies: new ones are given what is served now",
            );
        }
        if (names !== said) say(`Waiting for ${names}.`);
        said = names;
        await pause(INTERVAL_MS, undefined, { signal });
    }
}
