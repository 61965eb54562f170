// SPDX-License-Identifier: Apache-2.0

/** How often pulumi is killed. */
export const KILLS = 10;

/** The faults of test/soak/faultsKill.test.ts, in the order of the page. A run that has tried them all writes it. */
export const KILL_FAULTS: readonly string[] = [
    ...Array.from({ length: KILLS }, (_, i) => killId(i)),
    "destroy-none-gone",
    "destroy-all-gone",
];

/** Those of test/soak/faults.test.ts. */
export const FLEET_FAULTS: readonly string[] = [
    "half-killed",
    "half-stopped",
    "gateway",
    "istiod",
    "peer",
    "node-crashed",
    "node-killed",
    "docker-traffic",
    "docker-up",
    "disk",
    "state-truncated",
    "state-emptied",
    "state-lost",
    "destroy-docker",
];

/** The id of a kill, counted from 0. */
export function killId(i: number): string {
    return `kill-${String(i + 1)}`;
}
