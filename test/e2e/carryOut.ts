// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { appliedChanges, previewedChanges } from "../helpers/changes";
import { type Drill, drillName } from "./drill";
import type { FleetUnderTest } from "./fleetUnderTest";
import { until } from "./until";

/** For how long the cluster itself may be at work on what was done to it. */
const SETTLED_MS = 120_000;

/** What came of drills. */
export interface Outcome {
    /** What a preview named: `operation type name`, sorted. */
    readonly named: readonly string[];
    /** How long the update took that repaired it, in seconds. */
    readonly seconds: number;
}

/**
 * Does what drills say, has one preview name exactly that, and one update repair exactly that. Drift
 * that an earlier drill has left would be named too, so none has to look for it first.
 */
export async function carryOut(fleet: FleetUnderTest, drills: readonly Drill[]): Promise<Outcome> {
    const names = drills.map(drillName);
    const looks = async () => Promise.all(drills.map((drill) => kubectl(fleet, drill, drill.look)));
    const before = await looks();
    for (const drill of drills) await kubectl(fleet, drill, drill.does);
    for (const drill of drills) await settle(fleet, drill);
    const between = await looks();
    const untouched = names.filter((_, i) => before[i] === between[i]);
    let named: string[];
    let up: Applied | undefined;
    try {
        expect(untouched, "not changed by the drill").to.deep.equal([]);
        named = await previewed(fleet);
    } finally {
        // Whatever went wrong, the next drill finds the fleet as it should be.
        up = await repair(fleet);
    }
    const once = (changes: readonly string[]) => [...new Set(changes)].sort();
    const repaired = drills.flatMap(({ expects }) => expects);
    const foreseen = drills.flatMap(({ foresees }) => foresees);
    expect(named, "named by the preview").to.deep.equal(once([...repaired, ...foreseen]));
    expect(up.changes, "changed by the update").to.deep.equal(once(repaired));
    const after = await looks();
    const different = names.filter((_, i) => before[i] !== after[i]);
    expect(different, "not as before").to.deep.equal([]);
    return { named, seconds: up.seconds };
}

/** What a preview that refreshes would change. */
export async function previewed({ stack }: FleetUnderTest): Promise<string[]> {
    return previewedChanges(await stack.run("preview", "--refresh", "--json"));
}

/** What an update has changed, and in which time. */
export interface Applied {
    readonly changes: readonly string[];
    readonly seconds: number;
}

/** Repairs whatever has drifted, by an update that refreshes. */
export async function repair({ stack }: FleetUnderTest): Promise<Applied> {
    const started = performance.now();
    const said = await stack.run("up", "--refresh", "--yes", "--skip-preview");
    return { changes: appliedChanges(said), seconds: (performance.now() - started) / 1000 };
}

async function kubectl(
    { docker }: FleetUnderTest,
    { cluster }: Drill,
    args: readonly string[],
): Promise<string> {
    return await docker.kubectl(cluster, ...args);
}

async function settle(fleet: FleetUnderTest, drill: Drill): Promise<void> {
    const { settled } = drill;
    if (settled === undefined) return;
    await until(
        `${drillName(drill)}: the cluster has settled`,
        async () => (await kubectl(fleet, drill, settled.look)) === settled.shows,
        AbortSignal.timeout(SETTLED_MS),
    );
}
