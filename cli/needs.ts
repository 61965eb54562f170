// SPDX-License-Identifier: Apache-2.0
import { type FleetPlan, kindClusters } from "../plan/fleet";
import type { Environment } from "./pulumi";

/** Whether a plan has something for docker: existing clusters alone need no engine. */
export function needsEngine(plan: FleetPlan): boolean {
    return kindClusters(plan).length > 0;
}

/**
 * Whether docker is needed to take a stack down: for what its config has, of which a killed run may
 * have left something unrecorded, or for what its state still has.
 *
 * @param plan undefined when the config cannot be read any more.
 * @param state what `pulumi stack export` prints.
 */
export function needsEngineToGo(plan: FleetPlan | undefined, state: string): boolean {
    if (!plan || needsEngine(plan)) return true;
    return /"(docker:|istio-fleet:index:KindCluster")/.test(state);
}

/**
 * The environment for pulumi to work on a plan. Where clusters outlive the fleet every step has to be
 * recorded: of a killed run Istio would be left in them, and nothing in the state to remove it by.
 */
export function environmentFor(plan: FleetPlan | undefined, environment: Environment): Environment {
    if (!plan?.clusters.some(({ host }) => host === "existing")) return environment;
    const recorded = Object.entries(environment).filter(
        // Also one that the user has from `npm run env`.
        ([name]) => name !== "PULUMI_SKIP_CHECKPOINTS",
    );
    return Object.fromEntries(recorded);
}
