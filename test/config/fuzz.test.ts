// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { z } from "zod";
import { fleetConfig, parseConfig } from "../../config";
import { type FleetPlan, planFleet } from "../../plan/fleet";
import { type Problem, formatProblem } from "../../plan/problem";
import { fleetsWithEdges } from "../helpers/arbitraryFleets";
import { anyValue } from "../helpers/hostile";
import { overlapping } from "../helpers/planBlocks";
import { type JsonSchema, type Path, placesIn, valuesOf, withAt } from "../helpers/schemaValues";

type Raw = Readonly<Record<string, unknown>>;

/** What comes of a raw config. */
function outcome(raw: Raw): { plan?: FleetPlan; problems: Problem[] } {
    const { config, problems } = parseConfig(raw);
    const planned = config ? planFleet(config) : { problems: [] };
    return { ...planned, problems: [...problems, ...planned.problems] };
}

/** Longest line of a problem: with a rule and a fix that are cut. */
const LINE = 2200;

/** Wants a plan that can be made, or problems that can be read. */
function expectSense(raw: Raw): void {
    const { plan, problems } = outcome(raw);
    for (const problem of problems) {
        const { property, rule, fix } = problem;
        const line = formatProblem(problem);
        expect([property, rule, fix], line).not.to.include("");
        expect(line).to.match(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u);
        expect(line.length).to.be.at.most(LINE);
    }
    if (problems.length === 0) expectSound(plan);
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function expectSound(plan: FleetPlan | undefined): void {
    if (!plan) throw new Error("neither a plan nor a problem");
    const { clusters, edges, discoveries, metrics } = plan;
    expect(overlapping(plan)).to.deep.equal([]);
    const names = clusters.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    const primaries = clusters.map(({ primary }) => primary);
    const ends = [...edges, ...discoveries].flatMap((edge) => [edge.observing, edge.observed]);
    expect(names).to.include.members([...primaries, ...ends, ...(metrics?.senders ?? [])]);
    for (const name of [...names, ...clusters.map(({ network }) => network), plan.meshId]) {
        expect(name).to.match(LABEL);
    }
    expect(plan.network.name).to.match(/^[\w.-]+$/);
}

/** A config with every key, which goes together. */
const good: fc.Arbitrary<Raw> = fleetsWithEdges({ max: 5 }).map(([clusters, edges]) => ({
    clusters,
    edges,
    network: { name: "net", subnet: "172.28.0.0/16" },
    meshId: "mesh",
    trust: { domain: "a.b", rootValidityDays: 9, intermediateValidityDays: 3, keyAlgorithm: "RSA" },
    metrics: {
        central: clusters[0]?.name,
        receiveReplicas: 3,
        objectStore: "./bucket.yaml",
        scrapeSeconds: 15,
        retentionHours: { collector: 1, federation: 2, central: 3 },
        volumes: false,
        storageGiB: { collector: 1, federation: 2, receive: 3, store: 4 },
        alerts: { edgeSilentMinutes: 8, expiryDays: 9, behindSeconds: 99, reportSeconds: 99 },
        alertmanager: "https://alerts.example.com",
    },
    values: { base: {}, istiod: { a: [1] }, gateway: { b: { c: "d" } }, metallb: {} },
    bundle: "./bundle.json",
}));

/** The same with something else at a few places. */
function broken(configs: fc.Arbitrary<Raw>, value = anyValue): fc.Arbitrary<Raw> {
    return fc
        .tuple(configs, fc.array(fc.tuple(fc.nat(), value), { maxLength: 3 }))
        .map(([config, changes]) => {
            const places = placesIn(config).filter((path) => path.length > 0);
            const at = (place: number): Path => places[place % places.length] ?? ["clusters"];
            return changes.reduce<Raw>(
                (raw, [place, other]) => withAt(raw, at(place), other) as Raw,
                config,
            );
        });
}

describe("any config", () => {
    it("that goes together is planned", () => {
        fc.assert(
            fc.property(good, (raw) => {
                expect(outcome(raw).problems).to.deep.equal([]);
                expectSense(raw);
            }),
        );
    });

    it("is planned or refused in words, whatever stands at its places", () => {
        fc.assert(fc.property(broken(good), expectSense), { numRuns: 200 });
    });

    it("of the schema's shape is planned or refused in words", () => {
        const schema = z.toJSONSchema(fleetConfig, { io: "input" }) as JsonSchema;
        const configs = valuesOf(schema) as fc.Arbitrary<Raw>;
        fc.assert(fc.property(configs, expectSense), { numRuns: 200 });
        fc.assert(fc.property(broken(configs), expectSense), { numRuns: 200 });
    });

    it("with any keys is planned or refused in words", () => {
        const keys = fc.constantFrom("clusters", "edges", "values", "__proto__", "a\nb", "");
        const entries = fc.array(fc.tuple(keys, anyValue), { maxLength: 4 });
        const configs = entries.map((list) => Object.fromEntries(list) as Raw);
        fc.assert(fc.property(configs, expectSense));
    });

    it("of any size is read in no time", () => {
        const clusters = Array.from({ length: 2000 }, (_, index) => ({
            name: `n${String(index)}`,
            index,
        }));
        const word = "x".repeat(1_000_000);
        expectSense({ clusters, edges: [`${word} -> n1`, `n1 -> ${word}`], meshId: word });
        expectSense({ clusters, edges: [], metrics: { central: word }, [word]: word });
    });
});

const SECRET = "hunter2";

describe("no problem", () => {
    const shows = (raw: Raw) => outcome(raw).problems.map(formatProblem).join("\n");

    it("shows the user or the password of a URL, wherever it stands", () => {
        const part = fc.constantFrom("", "u", "/", "@", ":", "?", "#", '"', "\\", " ");
        const urls = fc
            .tuple(fc.constantFrom("https://", "http://", "ftp://", "//", "u:"), part, part)
            .map(([scheme, before, after]) => `${scheme}${before}:${SECRET}${after}@10.0.0.5:6443`);
        fc.assert(
            fc.property(broken(good, urls), (raw) => {
                expect(shows({ ...raw, values: {} })).not.to.contain(SECRET);
            }),
            { numRuns: 300 },
        );
    });

    it("shows anything of Helm values but keys that are not known", () => {
        const leaf = fc.constantFrom<unknown>(SECRET, [SECRET], { [SECRET]: SECRET });
        const places = ["base", "istiod", "gateway", "metallb"].map((chart) => [chart]);
        const values = fc
            .tuple(fc.constantFrom<Path>([], ...places, ["istiod", "a"]), leaf, anyValue)
            .map(([path, secret, other]) => withAt({ istiod: {}, base: other }, path, secret));
        fc.assert(
            fc.property(values, (given) => {
                const unknown = typeof given === "object" && given !== null && SECRET in given;
                const text = shows({ clusters: [{ name: "a" }], values: given });
                if (!unknown) expect(text).not.to.contain(SECRET);
            }),
            { numRuns: 300 },
        );
    });
});
