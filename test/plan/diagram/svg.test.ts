// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { toSvg } from "../../../plan/diagram/svg";
import { shuffled } from "../../helpers/arbitraries";
import { type RawCluster, fleetsWithEdges } from "../../helpers/arbitraryFleets";
import { linksOf } from "../../helpers/drawn";
import { configOf, planOf } from "../../helpers/fleets";
import { type XmlElement, elementsOf, parseXml } from "../../helpers/xml";

const one = `<svg xmlns="http://www.w3.org/2000/svg" width="478" height="272" viewBox="0 0 478 272" role="img" font-family="&apos;Segoe UI&apos;, &apos;Helvetica Neue&apos;, Arial, &apos;DejaVu Sans&apos;, sans-serif">
<title>Mesh fleet: 1 cluster on 1 network</title>
<rect width="478" height="272" rx="10" fill="#ffffff"/>
<text x="28" y="48" font-size="20" fill="#1b2437" font-weight="bold">Mesh fleet: 1 cluster on 1 network</text>
<g transform="translate(239 154)">
<g data-network="west">
<rect x="-124" y="-82" width="249" height="144" rx="14" fill="#f2f5fa" stroke="#c3cddd"/>
<text x="-106" y="-59" font-size="13" fill="#55607a">network west</text>
</g>
<g data-cluster="west">
<rect x="-106" y="-44" width="213" height="88" rx="8" fill="#ffffff" stroke="#3563b0"/>
<rect x="-106" y="-34" width="6" height="68" fill="#3563b0"/>
<text x="-88" y="-19" font-size="16" fill="#1b2437" font-weight="bold">west</text>
<text x="-88" y="1" font-size="13" fill="#55607a">primary · kind</text>
<rect x="-88" y="11" width="177" height="22" rx="11" fill="#e4f3ea"/>
<text x="-78" y="26.5" font-size="13" fill="#1d5a38">gateway 172.30.128.1</text>
</g>
</g>
<g transform="translate(28 244)"/>
</svg>
`;

const draw = (clusters: readonly RawCluster[], edges: unknown = "full-mesh") =>
    toSvg(planOf(configOf(clusters, { edges })));

const read = (svg: string) => elementsOf(parseXml(svg));

/** The values of an attribute, wherever it is. */
const values = (elements: readonly XmlElement[], key: string) =>
    elements.flatMap(({ attributes }) => attributes[key] ?? []);

/** The links of a picture, in the words of linksOf. */
function linksIn(elements: readonly XmlElement[]): string[] {
    return values(elements, "data-link").flatMap((text) => {
        const [from = "", ...words] = text.split(" ");
        const to = words.pop() ?? "";
        const meaning = words.join(" ");
        if (meaning === "discover services of each other")
            return [`${from} -> ${to}`, `${to} -> ${from}`];
        return [`${from} ${meaning === "discovers services of" ? "->" : "by"} ${to}`];
    });
}

/** Whether a link is dashed, and how many heads it has. */
function lookOf(elements: readonly XmlElement[], link: string): object | undefined {
    const found = elements.find(({ attributes }) => attributes["data-link"] === link);
    const [line, ...heads] = found?.children ?? [];
    return line && { dashed: "stroke-dasharray" in line.attributes, heads: heads.length };
}

describe("toSvg", () => {
    it("draws one cluster", () => {
        expect(draw([{ name: "west", index: 0 }])).to.equal(one);
    });

    it("says everything about a cluster in its box", () => {
        const elements = read(
            draw([{ name: "a" }, { name: "b", primary: "a", workers: 1, index: 0 }]),
        );
        const box = elements.find(({ attributes }) => attributes["data-cluster"] === "b");
        expect(box?.children.flatMap(({ text }) => text || [])).to.deep.equal([
            "b",
            "remote of a · kind · 2 nodes",
            "gateway 172.30.128.1",
        ]);
    });

    it("gives each kind of link a look of its own", () => {
        const clusters = [{ name: "a" }, { name: "b" }, { name: "c", primary: "a" }];
        const elements = read(draw(clusters, ["a <-> b"]));
        const looks = [
            "a discover services of each other b",
            "a discovers services of c",
            "c is served by the istiod of a",
        ].map((link) => lookOf(elements, link));
        expect(looks).to.deep.equal([
            { dashed: false, heads: 2 },
            { dashed: false, heads: 1 },
            { dashed: true, heads: 1 },
        ]);
    });

    it("explains what it draws, and what not", () => {
        const clusters = [{ name: "a" }, { name: "b" }, { name: "c", primary: "a" }];
        const texts = read(draw(clusters, ["a <-> b"])).flatMap(({ text }) => text || []);
        expect(texts.slice(-5)).to.deep.equal([
            "discovers services of",
            "discover services of each other",
            "is served by the istiod of",
            "Solid arrows are the remote secrets.",
            "Not drawn: a remote also discovers its primary, and what that discovers.",
        ]);
    });

    it("is on a background of its own, as large as the picture", () => {
        const [svg, , background] = read(draw([{ name: "a" }, { name: "b" }]));
        const { width, height } = svg?.attributes ?? {};
        expect(background?.attributes).to.deep.equal({ width, height, rx: "10", fill: "#ffffff" });
    });

    it("escapes what XML would read as its own", () => {
        const plan = planOf(configOf(["a"]));
        const name = `<&>"']]>`;
        const clusters = plan.clusters.map((cluster) => ({ ...cluster, name, primary: name }));
        const elements = read(toSvg({ ...plan, clusters, meshId: name }));
        expect(values(elements, "data-cluster")).to.deep.equal([name]);
        expect(elements[1]?.text).to.equal(`Mesh ${name}: 1 cluster on 1 network`);
    });

    it("is well-formed, with every network, cluster, edge and primary exactly once", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, edges]) => {
                const plan = planOf(configOf(clusters, { edges }));
                const elements = read(toSvg(plan));
                const networks = new Set(plan.clusters.map(({ network }) => network));
                expect(values(elements, "data-network")).to.have.members([...networks]);
                expect(values(elements, "data-cluster")).to.have.members(
                    plan.clusters.map(({ name }) => name),
                );
                expect(linksIn(elements).sort()).to.deep.equal(linksOf(plan).sort());
            }),
        );
    });

    it("does not depend on the order of clusters", () => {
        const orders = fleetsWithEdges().chain(([clusters, edges]) =>
            fc.tuple(shuffled(fc.constant(clusters)), fc.constant(edges)),
        );
        fc.assert(
            fc.property(orders, ([[clusters, others], edges]) => {
                expect(draw(others, edges)).to.equal(draw(clusters, edges));
            }),
        );
    });
});
