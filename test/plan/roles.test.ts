// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Edge, formatEdge, fullMesh } from "../../plan/edges";
import { discoveries, isRemote, planRemoteSecrets, planRoles, remotesOf } from "../../plan/roles";

const edge = (observing: string, observed: string): Edge => ({ observing, observed });
const written = (edges: readonly Edge[]): string[] => edges.map(formatEdge);

/** p serves r and s; q serves itself. */
const { roles: ROLES } = planRoles([
    { name: "p" },
    { name: "r", primary: "p" },
    { name: "s", primary: "p" },
    { name: "q" },
]);
const FULL = fullMesh([...ROLES.keys()]);

describe("planRoles", () => {
    it("lets a cluster serve itself, and a remote be served by its primary", () => {
        expect(planRoles([{ name: "r", primary: "p" }, { name: "p" }])).to.deep.equal({
            roles: new Map([
                ["r", "p"],
                ["p", "p"],
            ]),
            problems: [],
        });
    });

    it("takes a cluster that names itself for a primary", () => {
        expect(planRoles([{ name: "a", primary: "a" }])).to.deep.equal({
            roles: new Map([["a", "a"]]),
            problems: [],
        });
    });

    it("refuses a primary that is not there, and names the nearest primary", () => {
        // As near are "east2", which is the cluster itself, and "east3", which is a remote.
        const clusters = [
            { name: "east3", primary: "east" },
            { name: "east2", primary: "east1" },
            { name: "east" },
        ];
        expect(planRoles(clusters).problems).to.deep.equal([
            {
                property: "clusters[1].primary",
                value: "east1",
                rule: "must be the name of a cluster of the fleet",
                fix: 'Did you mean "east"?',
            },
        ]);
    });

    it("lists the primaries where none is near", () => {
        const clusters = [
            { name: "a" },
            { name: "r", primary: "a" },
            { name: "b" },
            { name: "s", primary: "elsewhere" },
        ];
        expect(planRoles(clusters).problems.map(({ fix }) => fix)).to.deep.equal([
            "Use one of: a, b.",
        ]);
    });

    it("has no primary to offer to a cluster alone", () => {
        const { problems } = planRoles([{ name: "a", primary: "elsewhere" }]);
        expect(problems.map(({ fix }) => fix)).to.deep.equal(["Remove it."]);
    });

    it("refuses a remote as a primary", () => {
        const clusters = [{ name: "a" }, { name: "b", primary: "a" }, { name: "c", primary: "b" }];
        expect(planRoles(clusters).problems).to.deep.equal([
            {
                property: "clusters[2].primary",
                value: "b",
                rule: 'must be a primary, but is itself a remote of "a"',
                fix: 'Name a cluster without a primary of its own, or remove the primary of "b".',
            },
        ]);
    });

    it("refuses two clusters that serve each other, for both", () => {
        const clusters = [
            { name: "a", primary: "b" },
            { name: "b", primary: "a" },
        ];
        expect(planRoles(clusters).problems).to.deep.equal([
            {
                property: "clusters[0].primary",
                value: "b",
                rule: 'must be a primary, but is itself a remote of "a"',
                fix: 'Name a cluster without a primary of its own, or remove the primary of "b".',
            },
            {
                property: "clusters[1].primary",
                value: "a",
                rule: 'must be a primary, but is itself a remote of "b"',
                fix: 'Name a cluster without a primary of its own, or remove the primary of "a".',
            },
        ]);
    });
});

describe("isRemote", () => {
    it("tells remotes from primaries", () => {
        const remotes = [...ROLES.keys()].filter((name) => isRemote(ROLES, name));
        expect(remotes).to.deep.equal(["r", "s"]);
    });
});

describe("remotesOf", () => {
    it("names whom a primary serves beside itself", () => {
        expect(remotesOf(ROLES, "p")).to.deep.equal(["r", "s"]);
        expect(remotesOf(ROLES, "q")).to.deep.equal([]);
        expect(remotesOf(ROLES, "r")).to.deep.equal([]);
    });
});

describe("planRemoteSecrets", () => {
    it("has each cluster but itself for each primary in the full mesh", () => {
        const { edges, problems } = planRemoteSecrets(FULL, ROLES);
        expect(written(edges)).to.have.members([
            "p -> r",
            "p -> s",
            "p -> q",
            "q -> p",
            "q -> r",
            "q -> s",
        ]);
        expect(problems).to.deep.equal([]);
    });

    it("has a primary's remotes without any edge", () => {
        const { edges } = planRemoteSecrets([], ROLES);
        expect(written(edges)).to.deep.equal(["p -> r", "p -> s"]);
    });

    it("has no primary for another primary's remotes but by an edge", () => {
        const { edges } = planRemoteSecrets([edge("q", "r")], ROLES);
        expect(written(edges)).to.deep.equal(["p -> r", "p -> s", "q -> r"]);
    });

    const implied: [string, Edge[]][] = [
        ["from a primary to its remote", [edge("p", "r")]],
        ["from a remote to its primary", [edge("r", "p")]],
        ["from a remote to another of its primary's", [edge("r", "s")]],
        ["both ways between a primary and its remote", [edge("p", "r"), edge("r", "p")]],
    ];
    for (const [what, edges] of implied) {
        it(`has what an edge ${what} says anyway`, () => {
            expect(planRemoteSecrets(edges, ROLES)).to.deep.equal(planRemoteSecrets([], ROLES));
        });
    }

    it("takes an edge of a remote for its primary's, where that has it", () => {
        const both = [edge("r", "q"), edge("p", "q")];
        const { edges, problems } = planRemoteSecrets(both, ROLES);
        expect(written(edges)).to.deep.equal(["p -> r", "p -> s", "p -> q"]);
        expect(problems).to.deep.equal([]);
    });

    it("refuses an edge of a remote that its primary does not have", () => {
        expect(planRemoteSecrets([edge("r", "q"), edge("q", "r")], ROLES).problems).to.deep.equal([
            {
                property: "edges",
                value: "r -> q",
                rule: 'gives the remote "r" an edge that its primary "p" does not have; its istiod is its primary\'s',
                fix: 'Add "p -> q", or remove it.',
            },
        ]);
    });
});

describe("discoveries", () => {
    it("are the remote secrets where all are primaries", () => {
        const { roles } = planRoles([{ name: "a" }, { name: "b" }, { name: "c" }]);
        const edges = [edge("a", "b"), edge("c", "a")];
        expect(discoveries(edges, roles)).to.deep.equal(edges);
    });

    it("give a remote its primary, and what that observes but for itself", () => {
        const secrets = [edge("p", "r"), edge("p", "s"), edge("p", "q")];
        expect(written(discoveries(secrets, ROLES))).to.deep.equal([
            "p -> r",
            "p -> s",
            "p -> q",
            "r -> p",
            "r -> s",
            "r -> q",
            "s -> p",
            "s -> r",
            "s -> q",
        ]);
    });

    it("give a primary no more of another primary than it observes", () => {
        const secrets = [edge("p", "r"), edge("p", "s"), edge("q", "r")];
        const q = discoveries(secrets, ROLES).filter(({ observing }) => observing === "q");
        expect(written(q)).to.deep.equal(["q -> r"]);
    });
});
