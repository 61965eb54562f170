// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import type { FleetUnderTest } from "../../e2e/fleetUnderTest";
import { Traffic } from "../../e2e/traffic";

/** An edge: who asks, who answers. */
export type Pair = readonly [string, string];

/** What came of the requests since some moment. */
export interface Loss {
    readonly sent: number;
    /** What was answered instead of each lost request, with its time. */
    readonly lost: readonly string[];
}

/** How far each edge's requests had come at some moment. */
export type Mark = Readonly<Record<string, { readonly sent: number; readonly lost: number }>>;

/** Half of how old probes may become before `verify` takes them for those of a run that is over. */
const OLD_MS = 15 * 60 * 1000;
const IN_A_ROW = 20;
const STEADY_MS = 5 * 60 * 1000;

/** Steady traffic across edges, of which losses can be counted from moment to moment. */
export class Load {
    private constructor(
        private readonly traffic: Traffic,
        private readonly born: number,
    ) {}

    static async start(fleet: FleetUnderTest, edges: readonly Pair[]): Promise<Load> {
        return new Load(await Traffic.start(await fleet.live(), edges), Date.now());
    }

    get isOld(): boolean {
        return Date.now() - this.born > OLD_MS;
    }

    mark(): Mark {
        return Object.fromEntries(
            Object.entries(this.traffic.sent).map(([edge, { requests, lost }]) => [
                edge,
                { sent: requests, lost: lost.length },
            ]),
        );
    }

    /** @param edges those that count, as `a -> b`. Defaults to all. */
    since(mark: Mark, edges?: readonly string[]): Loss {
        const counted = Object.entries(this.traffic.sent).filter(
            ([edge]) => edges?.includes(edge) ?? true,
        );
        return {
            sent: counted.reduce(
                (sum, [edge, { requests }]) => sum + requests - (mark[edge]?.sent ?? 0),
                0,
            ),
            lost: counted.flatMap(([edge, { lost }]) =>
                lost.slice(mark[edge]?.lost ?? 0).map((what) => `${edge} ${what}`),
            ),
        };
    }

    /** Waits until each edge has had twenty answers in a row. */
    async steady(edges?: readonly string[]): Promise<void> {
        const deadline = Date.now() + STEADY_MS;
        for (const edge of edges ?? Object.keys(this.traffic.sent)) {
            let mark = this.mark();
            while (this.since(mark, [edge]).sent <= IN_A_ROW) {
                await pause(200);
                const last = this.since(mark, [edge]).lost.at(-1);
                if (last !== undefined) mark = this.mark();
                if (Date.now() > deadline) throw new Error(last ?? `${edge} has no answers`);
            }
        }
    }

    async stop(): Promise<void> {
        await this.traffic.stop();
    }
}
