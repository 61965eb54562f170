// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type RootId, ownRootId } from "../../plan/rootId";
import type { Issued, LiveTrust } from "../../plan/servedTrust";
import { checkTrust } from "../../plan/trustGate";
import { type TrustStage, placeOf, rootsOf, stagesOf } from "../../plan/trustStages";
import { ownTarget } from "../../plan/trustTarget";

interface Proxy {
    trusted: readonly RootId[];
    signer: RootId | undefined;
}

interface Cluster {
    readonly name: string;
    /** Whose istiod serves it: a cluster without one of its own is a remote. */
    readonly primary: Cluster | undefined;
    /** What the update that is going on is to store; what is stored; what istiod uses of that. */
    wanted: Issued;
    stored: Issued;
    accepted: Issued;
    readonly proxies: Proxy[];
}

const STAGES = stagesOf(1, 3);

function issued(stage: TrustStage): Issued {
    const { signing, trusted } = rootsOf(stage);
    return { trusted: trusted.map(ownRootId), signer: ownRootId(signing) };
}

/** Two primaries and a remote, at a stage, with some proxies each. */
function fleetAt(stage: TrustStage, sizes: readonly number[]): Cluster[] {
    const at = issued(stage);
    const make = (name: string, size = 0, primary?: Cluster): Cluster => ({
        name,
        primary,
        wanted: at,
        stored: at,
        accepted: at,
        proxies: Array.from({ length: size }, () => ({ ...at })),
    });
    const a = make("a", sizes[0]);
    return [a, make("b", sizes[1]), make("c", sizes[2], a)];
}

function served(cluster: Cluster): LiveTrust {
    const { name, primary, stored, accepted, proxies } = cluster;
    return {
        cluster: name,
        asked: true,
        stored: primary ? undefined : stored,
        accepted: primary ? { ...accepted, signer: undefined } : accepted,
        proxies: proxies.map((proxy, i) => ({ name: `x/${String(i)}`, ...proxy })),
    };
}

/** Has a fleet go to a stage, if that is let through. */
function propose(fleet: readonly Cluster[], stage: TrustStage): boolean {
    const target = ownTarget(rootsOf(stage), ["a", "b"]);
    const ok = checkTrust(target, fleet.map(served)).length === 0;
    if (ok) for (const cluster of fleet) cluster.wanted = issued(stage);
    return ok;
}

/** What happens in a cluster by and by, in any order: nothing of it waits for anything. */
const EVENTS: readonly ((cluster: Cluster, proxy: Proxy | undefined) => void)[] = [
    (cluster) => (cluster.stored = cluster.wanted),
    (cluster) => (cluster.accepted = cluster.primary?.accepted ?? cluster.stored),
    // istiod gives a proxy its roots and its certificate one without the other.
    (cluster, proxy) => proxy && (proxy.trusted = istiodOf(cluster).trusted),
    (cluster, proxy) => proxy && (proxy.signer = istiodOf(cluster).signer),
    (cluster) => cluster.proxies.push({ ...istiodOf(cluster) }),
    (cluster) => cluster.proxies.shift(),
];

const istiodOf = ({ primary, accepted }: Cluster) => primary?.accepted ?? accepted;

function finish(fleet: readonly Cluster[]): void {
    for (const cluster of fleet) {
        cluster.stored = cluster.wanted;
        cluster.accepted = cluster.wanted;
        for (const proxy of cluster.proxies) Object.assign(proxy, cluster.wanted);
    }
}

/** Pairs of proxies of which one refuses the other's certificate. */
function refusals(fleet: readonly Cluster[]): string[] {
    const all = fleet.flatMap(({ name, proxies }) => proxies.map((proxy) => ({ name, ...proxy })));
    return all.flatMap(({ name, signer = "" }) =>
        all
            .filter(({ trusted }) => !trusted.includes(signer))
            .map(
                (other) => `${name} is by ${signer}, ${other.name} trusts ${String(other.trusted)}`,
            ),
    );
}

const stages = fc.constantFrom(...STAGES);
const sizes = fc.array(fc.nat(2), { minLength: 3, maxLength: 3 });

interface Move {
    /** How many stages further a fleet is to go. */
    readonly by: number;
    /** What happens before, and in which cluster. */
    readonly events: readonly [(typeof EVENTS)[number], number, number][];
}

/** Attempts to go on, forth and back, with more or less time between. */
const moves: fc.Arbitrary<Move[]> = fc.array(
    fc.record({
        by: fc.integer({ min: -2, max: 2 }),
        events: fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(2), fc.nat(1)), {
            maxLength: 12,
        }),
    }),
    { maxLength: 20, size: "max" },
);

/** Goes through moves, and has a look after each event. */
function walk(
    fleet: readonly Cluster[],
    start: TrustStage,
    all: readonly Move[],
    look: (now: TrustStage) => void,
): number {
    let [now, accepted] = [start, 0];
    for (const { by, events } of all) {
        for (const [event, i, proxy] of events) {
            const cluster = fleet[i];
            if (cluster) event(cluster, cluster.proxies[proxy]);
            look(now);
        }
        const next = STAGES[STAGES.findIndex((stage) => placeOf(stage) === placeOf(now)) + by];
        if (!next || !propose(fleet, next)) continue;
        accepted++;
        now = next;
    }
    return accepted;
}

describe("checkTrust of any fleet", () => {
    it("accepts a step, forward or back, where all is served, and what leaves the signer", () => {
        fc.assert(
            fc.property(stages, fc.array(stages), sizes, (start, tried, many) => {
                const fleet = fleetAt(start, many);
                let now = start;
                for (const next of tried) {
                    const steps = Math.abs(placeOf(next) - placeOf(now));
                    // The end of a rotation can be skipped for the next one: the same root signs in
                    // all three stages.
                    const skips = steps === 2 && rootsOf(now).signing === rootsOf(next).signing;
                    expect(propose(fleet, next)).to.equal(steps <= 1 || skips);
                    if (steps > 1 && !skips) continue;
                    finish(fleet);
                    now = next;
                }
            }),
        );
    });

    it("never has a proxy refuse another, whoever takes up what when", () => {
        let accepted = 0;
        fc.assert(
            fc.property(stages, sizes, moves, (start, many, all) => {
                const fleet = fleetAt(start, many);
                accepted += walk(fleet, start, all, () => {
                    expect(refusals(fleet)).to.deep.equal([]);
                });
            }),
            { numRuns: 300 },
        );
        // Otherwise this would say nothing.
        expect(accepted).to.be.greaterThan(300);
    });

    it("always lets an update go on that it let through", () => {
        fc.assert(
            fc.property(stages, sizes, moves, (start, many, all) => {
                const fleet = fleetAt(start, many);
                walk(fleet, start, all, (now) => {
                    expect(propose(fleet, now)).to.equal(true);
                });
            }),
        );
    });
});
