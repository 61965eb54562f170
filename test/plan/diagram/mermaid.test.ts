// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { toMermaid } from "../../../plan/diagram/mermaid";
import { shuffled } from "../../helpers/arbitraries";
import { fleetsWithEdges } from "../../helpers/arbitraryFleets";
import { linksOf } from "../../helpers/drawn";
import { configOf, planOf } from "../../helpers/fleets";

const two = `---
title: "Mesh fleet: 2 clusters on 1 network"
---
flowchart LR
    subgraph n0["network lan"]
        c0["end<br/>primary · kind<br/>gateway 172.30.128.1"]:::primary
        c1["x-y<br/>remote of end · kind · 2 nodes"]:::remote
    end
    c0 --> c1
    c1 -. "served by" .-> c0
    legend["arrow: discovers services of<br/>dashed: is served by the istiod of<br/>Solid arrows are the remote secrets.<br/>Not drawn: a remote also discovers its primary, and what that discovers."]:::legend
    classDef primary fill:#eaf1fd,stroke:#3563b0,color:#16233c
    classDef remote fill:#f5eefb,stroke:#7d4fb0,color:#2a1a3d
    classDef legend fill:none,stroke:none,text-align:left
`;

/** The names and the links of a flowchart, by the clusters' names. */
function read(text: string): { names: string[]; links: string[] } {
    const nodes = [...text.matchAll(/^ +(c\d+)\["([^<"]+)/gm)];
    const ids = new Map(nodes.map(([, id = "", name = ""]) => [id, name]));
    const arrows = [...text.matchAll(/^ +(c\d+) (-->|<-->|-\. "served by" \.->) (c\d+)$/gm)];
    const links = arrows.flatMap(([, a = "", arrow, b = ""]) => {
        const from = ids.get(a) ?? "?";
        const to = ids.get(b) ?? "?";
        if (arrow === "<-->") return [`${from} -> ${to}`, `${to} -> ${from}`];
        return [`${from} ${arrow === "-->" ? "->" : "by"} ${to}`];
    });
    return { names: nodes.map(([, , name = ""]) => name), links };
}

describe("toMermaid", () => {
    it("draws a primary with its remote, under ids that Mermaid does not take for its own", () => {
        const clusters = [
            { name: "end", network: "lan", index: 0 },
            { name: "x-y", network: "lan", primary: "end", workers: 1 },
        ];
        expect(toMermaid(planOf(configOf(clusters)))).to.equal(two);
    });

    it("draws edges as one arrow with two heads when they go both ways", () => {
        const edges = ["a <-> b", "c -> a"];
        const lines = toMermaid(planOf(configOf(["a", "b", "c"], { edges }))).split("\n");
        expect(lines.filter((line) => /^ +c\d .*c\d$/.test(line))).to.deep.equal([
            "    c0 <--> c1",
            "    c2 --> c0",
        ]);
    });

    it("escapes what Mermaid would read as its own", () => {
        const plan = planOf(configOf(["a"]));
        const clusters = plan.clusters.map((cluster) => ({
            ...cluster,
            name: '"]#<b>&`',
            primary: "",
        }));
        expect(toMermaid({ ...plan, clusters })).to.contain(
            'c0["#34;#93;#35;#60;b#62;#38;#96;<br/>remote of ',
        );
    });

    it("has every cluster, edge and primary exactly once", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, edges]) => {
                const plan = planOf(configOf(clusters, { edges }));
                const { names, links } = read(toMermaid(plan));
                expect([...names].sort()).to.deep.equal(plan.clusters.map(({ name }) => name));
                expect([...links].sort()).to.deep.equal(linksOf(plan).sort());
            }),
        );
    });

    it("does not depend on the order of clusters and edges", () => {
        const orders = fleetsWithEdges().chain(([clusters, edges]) =>
            fc.tuple(
                shuffled(fc.constant(clusters)),
                edges === "full-mesh"
                    ? fc.constant([edges, edges] as const)
                    : shuffled(fc.constant(edges)),
            ),
        );
        fc.assert(
            fc.property(orders, ([[one, other], [edges, otherEdges]]) => {
                expect(toMermaid(planOf(configOf(other, { edges: otherEdges })))).to.equal(
                    toMermaid(planOf(configOf(one, { edges }))),
                );
            }),
        );
    });
});
