// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { formatEdge } from "../../plan/edges";
import type { FleetPlan } from "../../plan/fleet";
import type { KindNode } from "../../plan/hostFacts";
import { formatProblem } from "../../plan/problem";
import { checkLost, describeWaiting, liveClusters, withoutWaiting } from "../../plan/waiting";
import { fleetsWithEdges } from "../helpers/arbitraryFleets";
import { reachable } from "../helpers/existing";
import { configOf, planOf } from "../helpers/fleets";

const CLUSTERS = ["east", "west", { name: "south", primary: "west" }];
const WEST = new Map([["west", "signed/west.pem"]]);

describe("withoutWaiting", () => {
    it("leaves out a primary that waits, its remotes, and their edges", () => {
        const edges = ["east -> west", "west <-> east", "west -> south", "east <-> north"];
        const config = configOf([...CLUSTERS, "north"], {
            edges: edges.slice(1),
            meshId: "m",
            metrics: { central: "east" },
        });
        const left = withoutWaiting(config, WEST);
        expect(left).to.deep.equal({
            ...config,
            clusters: config.clusters.filter(({ name }) => ["east", "north"].includes(name)),
            edges: ["east -> north", "north -> east"],
        });
    });

    it("keeps a full mesh one", () => {
        expect(withoutWaiting(configOf(CLUSTERS), WEST).edges).to.equal("full-mesh");
    });

    for (const central of ["west", "south"]) {
        it(`measures nothing where ${central}, which keeps the metrics, is left out`, () => {
            const config = configOf(CLUSTERS, { metrics: { central } });
            expect(withoutWaiting(config, WEST).metrics).to.equal(undefined);
        });
    }

    it("may leave nothing, which is a plan too", () => {
        const left = withoutWaiting(configOf(["west"], { edges: [] }), WEST);
        expect(planOf(left).clusters).to.deep.equal([]);
    });

    it("changes nothing of what it leaves in any fleet", () => {
        const drawn = fleetsWithEdges().chain(([clusters, edges]) =>
            fc.tuple(
                fc.constant(configOf(clusters, { edges })),
                fc.subarray(clusters.filter(({ primary }) => primary === undefined)),
            ),
        );
        fc.assert(
            fc.property(drawn, ([config, waiting]) => {
                const names = new Set(waiting.map(({ name }) => name));
                const whole = planOf(config);
                const left = planOf(withoutWaiting(config, new Map([...names].map((n) => [n, n]))));
                const stays = new Set(
                    whole.clusters
                        .filter(({ primary }) => !names.has(primary))
                        .map(({ name }) => name),
                );
                // Whether one has a gateway depends on the others.
                const plain = ({ clusters }: FleetPlan) =>
                    clusters
                        .filter(({ name }) => stays.has(name))
                        .map((cluster) => ({ ...cluster, gateway: undefined }));
                expect(plain(left)).to.deep.equal(plain(whole));
                expect(left.clusters.length).to.equal(stays.size);
                const among = whole.edges.filter(
                    ({ observing, observed }) => stays.has(observing) && stays.has(observed),
                );
                expect(left.edges.map(formatEdge)).to.deep.equal(among.map(formatEdge));
            }),
        );
    });
});

const node = (cluster: string): KindNode => ({
    cluster,
    running: false,
    mounts: [],
    networks: [],
});

describe("liveClusters", () => {
    const loadBalancer = "provided";
    const existing = { kubeconfig: "k", loadBalancer };
    const plan = planOf(configOf(["east", "west", { name: "vm", existing }]));
    const none = { kindNodes: [], existing: new Map() };
    const withNamespace = (name: string, owner: string | undefined) =>
        new Map([["vm", reachable({ namespaces: [{ name, owner }] })]]);

    it("are those with a node, running or not", () => {
        const kindNodes = [node("west"), node("other")];
        expect(liveClusters(plan, { ...none, kindNodes }, "us")).to.deep.equal(new Set(["west"]));
    });

    it("are those of others that have this stack's Istio", () => {
        const facts = { ...none, existing: withNamespace("istio-system", "us") };
        expect(liveClusters(plan, facts, "us")).to.deep.equal(new Set(["vm"]));
    });

    const bare: [string, Map<string, ReturnType<typeof reachable>>][] = [
        ["another stack's Istio", withNamespace("istio-system", "them")],
        ["nobody's Istio", withNamespace("istio-system", undefined)],
        ["another namespace", withNamespace("metallb-system", "us")],
        ["nothing that was looked at", new Map<string, never>()],
    ];
    for (const [what, found] of bare) {
        it(`are not those of others with ${what}, though kind made them`, () => {
            const facts = { kindNodes: [node("vm")], existing: found };
            expect(liveClusters(plan, facts, "us")).to.deep.equal(new Set());
        });
    }

    it("are not those that do not answer", () => {
        const silent = { reachable: false, why: "server", reason: "r" } as const;
        const facts = { ...none, existing: new Map([["vm", silent]]) };
        expect(liveClusters(plan, facts, "us")).to.deep.equal(new Set());
    });
});

describe("checkLost", () => {
    const plan = planOf(configOf(CLUSTERS));
    const lost = (...live: string[]) => checkLost(plan, WEST, new Set(live)).map(formatProblem);
    const refused = (names: string) =>
        `trust.externalRoot.intermediates: "signed/west.pem" is not there, and without it ${names} would be removed. ` +
        `Put it back: the request is in stack output certificateRequests. Or take ${names} out of clusters.`;

    it("lets clusters wait that are not there yet", () => {
        expect(lost("east")).to.deep.equal([]);
    });

    it("refuses to remove a cluster", () => {
        expect(lost("east", "west")).to.deep.equal([refused("west")]);
    });

    it("refuses to remove a remote for its primary", () => {
        expect(lost("south")).to.deep.equal([refused("south")]);
        expect(lost("south", "west")).to.deep.equal([refused("west, south")]);
    });
});

describe("describeWaiting", () => {
    const heading =
        "Left out until an intermediate is signed; the requests are in stack output certificateRequests, and docs/trust.md says what to do with them:\n";
    const described = (others: object, waiting: ReadonlyMap<string, string> = WEST) =>
        describeWaiting(planOf(configOf(CLUSTERS, { ...others })), waiting);

    it("says who waits for which file", () => {
        const waiting = new Map([...WEST, ["east", "signed/\u001beast.pem"]]);
        expect(described({}, waiting)).to.equal(
            `${heading}  - west (and its remotes south): signed/west.pem\n  - east: signed/\\u001beast.pem`,
        );
    });

    for (const central of ["west", "south"]) {
        it(`says that metrics wait with ${central}`, () => {
            expect(described({ metrics: { central } })).to.equal(
                `${heading}  - west (and its remotes south): signed/west.pem\n  - metrics, which ${central} keeps: they wait with it`,
            );
        });
    }

    it("says nothing of metrics that need not wait", () => {
        expect(described({ metrics: { central: "east" } })).to.equal(
            `${heading}  - west (and its remotes south): signed/west.pem`,
        );
    });
});
