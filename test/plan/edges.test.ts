// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type Edge, formatEdge, fullMesh, missingEdges, planEdges } from "../../plan/edges";
import { clusterNames } from "../helpers/arbitraries";

const NAMES = ["a", "b", "c"];

/** Names, and some of the edges that are possible between them. */
const namesAndEdges = clusterNames(2048, { max: 6 }).chain((names) =>
    fc.tuple(fc.constant(names), fc.subarray(fullMesh(names))),
);

const edge = (observing: string, observed: string): Edge => ({ observing, observed });

describe("fullMesh", () => {
    it("has each ordered pair of different names", () => {
        expect(fullMesh(NAMES)).to.deep.equal([
            edge("a", "b"),
            edge("a", "c"),
            edge("b", "a"),
            edge("b", "c"),
            edge("c", "a"),
            edge("c", "b"),
        ]);
    });

    it("is empty for one cluster", () => {
        expect(fullMesh(["a"])).to.deep.equal([]);
    });
});

describe("missingEdges", () => {
    it("is what a list of edges leaves of the full mesh", () => {
        const edges = [edge("a", "b"), edge("b", "a"), edge("a", "c"), edge("b", "c")];
        expect(missingEdges(NAMES, edges)).to.deep.equal([edge("c", "a"), edge("c", "b")]);
    });

    it("parts the full mesh together with the edges", () => {
        fc.assert(
            fc.property(namesAndEdges, ([names, edges]) => {
                const missing = missingEdges(names, edges);
                expect([...edges, ...missing]).to.have.deep.members(fullMesh(names));
            }),
        );
    });
});

describe("planEdges", () => {
    it("reads what formatEdge writes", () => {
        fc.assert(
            fc.property(namesAndEdges, ([names, edges]) => {
                expect(planEdges(edges.map(formatEdge), names)).to.deep.equal({
                    edges,
                    problems: [],
                });
            }),
        );
    });

    it("takes full-mesh for every edge", () => {
        expect(planEdges("full-mesh", NAMES)).to.deep.equal({
            edges: fullMesh(NAMES),
            problems: [],
        });
    });

    it("takes an empty list for no edge", () => {
        expect(planEdges([], NAMES)).to.deep.equal({ edges: [], problems: [] });
    });

    it("lets the left cluster of an arrow observe the right one", () => {
        expect(planEdges(["a -> b"], NAMES).edges).to.deep.equal([edge("a", "b")]);
    });

    it("takes a double arrow for both ways", () => {
        expect(planEdges(["a <-> b"], NAMES).edges).to.deep.equal([edge("a", "b"), edge("b", "a")]);
    });

    it("allows any white space around names", () => {
        expect(planEdges(["  a\t<->  b "], NAMES)).to.deep.equal({
            edges: [edge("a", "b"), edge("b", "a")],
            problems: [],
        });
    });

    for (const text of ["", "a", "a->b", "a b", "a <- b", "a -> b -> c", "-> b", "a ->"]) {
        it(`refuses "${text}"`, () => {
            expect(planEdges(["a -> c", text], NAMES).problems).to.deep.equal([
                {
                    property: "edges[1]",
                    value: text,
                    rule: 'must be "a -> b" (a discovers services of b) or "a <-> b" (both ways)',
                    fix: 'Write two cluster names with an arrow and spaces between them, or use edges: "full-mesh".',
                },
            ]);
        });
    }

    it("refuses a cluster that is not there, and names the nearest", () => {
        expect(planEdges(["west -> eats"], ["west", "east"]).problems).to.deep.equal([
            {
                property: "edges[0]",
                value: "west -> eats",
                rule: 'names the cluster "eats", which is not in clusters',
                fix: 'Did you mean "east"?',
            },
        ]);
    });

    it("lists the clusters where none is near", () => {
        expect(planEdges(["elsewhere -> b"], NAMES).problems).to.deep.equal([
            {
                property: "edges[0]",
                value: "elsewhere -> b",
                rule: 'names the cluster "elsewhere", which is not in clusters',
                fix: "Add it to clusters, or use one of: a, b, c.",
            },
        ]);
    });

    it("refuses an edge from a cluster to itself", () => {
        expect(planEdges(["a -> a"], NAMES)).to.deep.equal({
            edges: [],
            problems: [
                {
                    property: "edges[0]",
                    value: "a -> a",
                    rule: "joins a cluster to itself",
                    fix: "Remove it: a cluster always discovers its own services.",
                },
            ],
        });
    });

    it("refuses an edge that another one gives already", () => {
        expect(planEdges(["a <-> b", "b -> a"], NAMES).problems).to.deep.equal([
            {
                property: "edges[1]",
                value: "b -> a",
                rule: 'gives the edge "b -> a" a second time',
                fix: "Remove one of them.",
            },
        ]);
    });
});
