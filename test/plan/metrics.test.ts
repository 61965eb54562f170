// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type MetricsConfig, metrics } from "../../config/metrics";
import type { Edge } from "../../plan/edges";
import { planMetrics } from "../../plan/metrics";
import { formatProblem } from "../../plan/problem";
import { type RawCluster, fleetsWithEdges, primariesOf } from "../helpers/arbitraryFleets";
import { configOf, planOf } from "../helpers/fleets";

const config = (keys: object = {}): MetricsConfig => metrics.parse({ central: "hub", ...keys });

const NAMES = ["hub", "west"];

describe("planMetrics", () => {
    it("decides everything about a fleet of two, of which one sends to the other", () => {
        const discoveries = [{ observing: "west", observed: "hub" }];
        expect(planMetrics(config(), NAMES, discoveries)).to.deep.equal({
            plan: {
                central: "hub",
                senders: ["hub", "west"],
                receive: { replicas: 1, replicationFactor: 1 },
                scrapeSeconds: 15,
                retentionHours: { collector: 6, federation: 24, central: 168 },
                volumes: true,
                storageGiB: { collector: 5, federation: 2, receive: 10, store: 10 },
                alerts: {
                    edgeSilentMinutes: 15,
                    expiryDays: 14,
                    behindSeconds: 120,
                    reportSeconds: 120,
                },
            },
            problems: [],
        });
    });

    it("keeps where metrics and alerts go", () => {
        const keys = { objectStore: "./bucket.yaml", alertmanager: "http://alerts:9093" };
        expect(planMetrics(config(keys), NAMES, []).plan).to.deep.include(keys);
    });

    const senders: [string, Edge[], string[]][] = [
        ["the central cluster alone without an edge", [], ["hub"]],
        ["nobody by an edge from it", [{ observing: "hub", observed: "west" }], ["hub"]],
        ["nobody by an edge to another", [{ observing: "east", observed: "west" }], ["hub"]],
        [
            "whoever has an edge to it, by name",
            [
                { observing: "west", observed: "hub" },
                { observing: "east", observed: "hub" },
            ],
            ["east", "hub", "west"],
        ],
    ];
    for (const [what, discoveries, expected] of senders) {
        it(`has as senders ${what}`, () => {
            const { plan, problems } = planMetrics(config(), NAMES, discoveries);
            expect([plan.senders, problems]).to.deep.equal([expected, []]);
        });
    }

    const factors: [replicas: number, factor: number][] = [
        [1, 1],
        [3, 3],
        [4, 3],
        [64, 3],
    ];
    for (const [replicas, replicationFactor] of factors) {
        it(`keeps each sample ${String(replicationFactor)} times in ${String(replicas)} replicas`, () => {
            const { plan } = planMetrics(config({ receiveReplicas: replicas }), NAMES, []);
            expect(plan.receive).to.deep.equal({ replicas, replicationFactor });
        });
    }

    const unknown: [central: string, fix: string][] = [
        ["hup", 'Did you mean "hub"?'],
        ["cluster-1", "Name one of: hub, west."],
    ];
    for (const [central, fix] of unknown) {
        it(`refuses the central cluster ${central}, which is none of the fleet`, () => {
            const { problems } = planMetrics(config({ central }), NAMES, []);
            expect(problems.map(formatProblem)).to.deep.equal([
                `metrics.central: "${central}" must be the name of a cluster. ${fix}`,
            ]);
        });
    }

    const alerts: [what: string, keys: object, problems: string[]][] = [
        [
            "four scrapes are enough",
            { scrapeSeconds: 15, alerts: { edgeSilentMinutes: 1, reportSeconds: 60 } },
            [],
        ],
        [
            "a second less is not, for reports",
            { scrapeSeconds: 15, alerts: { reportSeconds: 59 } },
            [
                "metrics.alerts.reportSeconds: 59 must be four times metrics.scrapeSeconds, 15, or longer: " +
                    "heartbeats are up to that old by nature, and no cluster would ever report. " +
                    "Say 60 or more, or scrape more often.",
            ],
        ],
        [
            "a second more of scrapes is not, for silent edges",
            { scrapeSeconds: 16, alerts: { edgeSilentMinutes: 1 } },
            [
                "metrics.alerts.edgeSilentMinutes: 1 must be four times metrics.scrapeSeconds, 16, or longer: " +
                    "fewer samples never have an increase, and every edge would be silent. " +
                    "Say 2 or more, or scrape more often.",
            ],
        ],
    ];
    for (const [what, keys, expected] of alerts) {
        it(`checks the alerts against the interval: ${what}`, () => {
            const { problems } = planMetrics(config(keys), NAMES, []);
            expect(problems.map(formatProblem)).to.deep.equal(expected);
        });
    }
});

/** Whether a cluster discovers the services of another, by the edges as a person wrote them. */
function discovers(
    name: string,
    other: string,
    clusters: readonly RawCluster[],
    edges: "full-mesh" | readonly string[],
): boolean {
    const primaries = primariesOf(clusters);
    const primary = primaries.get(name) ?? name;
    const hasEdge = (from: string) =>
        edges === "full-mesh" || edges.includes(`${from} -> ${other}`);
    // Its primary's istiod is what looks, for all that it serves, and at all that it serves.
    return hasEdge(name) || hasEdge(primary) || primaries.get(other) === primary;
}

describe("planFleet of any fleet: metrics", () => {
    it("has as senders the central cluster and whoever discovers its services, each once, by name", () => {
        const drawn = fc.tuple(fleetsWithEdges({ max: 6 }), fc.nat());
        fc.assert(
            fc.property(drawn, ([[clusters, edges], place]) => {
                const names = clusters.map(({ name }) => name);
                const central = names[place % names.length] ?? "";
                const planned = planOf(configOf(clusters, { edges, metrics: { central } }));
                const expected = names.filter(
                    (name) => name === central || discovers(name, central, clusters, edges),
                );
                expect(planned.metrics?.senders).to.deep.equal(expected.sort());
            }),
        );
    });
});
