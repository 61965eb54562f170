// SPDX-License-Identifier: Apache-2.0
import { performance } from "node:perf_hooks";
import { type FleetPlan, planFleet } from "../plan/fleet";
import { configOf } from "./helpers/fleets";
import { recordFleet } from "./helpers/stacks";

/*
 * One simulated fleet in a process of its own, so that its time and its memory are its own too:
 *
 *   node -r ts-node/register test/scaleFleet.ts make|plan <clusters> ring|full-mesh
 *
 * `make` has the program register all its resources, with mocks for the engine; `plan` only decides.
 * Prints a Simulated as JSON.
 */

/** What a simulated fleet is made of, and what it took. */
export interface Simulated {
    readonly clusters: number;
    readonly edges: number;
    /** Number of resources of each type; none where there is only a plan. */
    readonly counts: Readonly<Record<string, number>>;
    /** How many resources all resources wait for, added up. */
    readonly dependencies: number;
    /** Wall time of the whole process, its start included. */
    readonly seconds: number;
    /** Time of all its threads. */
    readonly cpuSeconds: number;
    /** Peak of its resident memory. */
    readonly peakBytes: number;
}

type Made = Pick<Simulated, "edges" | "counts" | "dependencies">;

/** Each cluster discovers those so many places after it in the ring: five edges a cluster. */
const OFFSETS = [1, 2, 3, 5, 8];

/** Indexes are given: of a hundred hashed names some would collide. */
function clustersOf(count: number) {
    return Array.from({ length: count }, (_, index) => ({ name: `c${String(index)}`, index }));
}

function ring(count: number): string[] {
    return clustersOf(count).flatMap(({ name, index }) =>
        OFFSETS.map((offset) => `${name} -> c${String((index + offset) % count)}`),
    );
}

function plan(count: number, edges: "full-mesh" | string[]): FleetPlan {
    const { plan, problems } = planFleet(configOf(clustersOf(count), { edges }));
    if (!plan) throw new Error(JSON.stringify(problems));
    return plan;
}

async function make(count: number, edges: "full-mesh" | string[]): Promise<Made> {
    const { recording, outputs } = await recordFleet(configOf(clustersOf(count), { edges }));
    return {
        edges: outputs.edges.length,
        counts: recording.counts(),
        dependencies: recording.all.reduce((sum, { dependencies }) => sum + dependencies.length, 0),
    };
}

async function main([what, count = "", mesh]: readonly string[]): Promise<void> {
    const clusters = Number(count);
    const edges = mesh === "full-mesh" ? mesh : ring(clusters);
    const made =
        what === "make"
            ? await make(clusters, edges)
            : { edges: plan(clusters, edges).edges.length, counts: {}, dependencies: 0 };
    const { user, system } = process.cpuUsage();
    const simulated: Simulated = {
        clusters,
        ...made,
        seconds: performance.now() / 1000,
        cpuSeconds: (user + system) / 1_000_000,
        peakBytes: process.resourceUsage().maxRSS * 1024,
    };
    process.stdout.write(`${JSON.stringify(simulated)}\n`);
}

void main(process.argv.slice(2));
