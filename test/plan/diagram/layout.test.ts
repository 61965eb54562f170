// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type Box, areApart, centre, grow, holds, pointAt } from "../../../plan/diagram/geometry";
import { type Layout, SIZES, layOut } from "../../../plan/diagram/layout";
import { type Picture, pictureOf } from "../../../plan/diagram/picture";
import { widthOf } from "../../../plan/diagram/text";
import { fleetsWithEdges } from "../../helpers/arbitraryFleets";
import { type ClusterInput, configOf, planOf } from "../../helpers/fleets";

const pictured = (clusters: readonly ClusterInput[], edges: unknown = "full-mesh") =>
    pictureOf(planOf(configOf(clusters, { edges })));

const numbered = (count: number) =>
    Array.from({ length: count }, (_, i) => `cluster-${String(i + 1)}`);

/** The fleets of a picture's worth. */
const pictures = fleetsWithEdges({ max: 8 }).map(([clusters, edges]) => pictured(clusters, edges));

const boxesOf = ({ networks }: Layout) =>
    new Map(
        networks.flatMap(({ clusters }) => clusters.map(({ cluster, box }) => [cluster.name, box])),
    );

/** The clusters that links run over without being theirs. */
function trampled(picture: Picture, layout: Layout): string[] {
    const boxes = boxesOf(layout);
    return picture.links.flatMap(({ from, to }, i) => {
        const curve = layout.routes[i]?.curve;
        const others = [...boxes].filter(([name]) => name !== from && name !== to);
        const steps = Array.from({ length: 201 }, (_, step) => step / 200);
        return others
            .filter(([, box]) => curve && steps.some((t) => holds(box, pointAt(curve, t))))
            .map(([name]) => `${from} - ${to} over ${name}`);
    });
}

const isWithin = (inner: Box, outer: Box) =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

describe("layOut", () => {
    it("has the apart one of two networks beside the middle of the flat ones", () => {
        const flat = { network: "flat" };
        const { networks } = layOut(
            pictured([{ name: "a", ...flat }, { name: "b", ...flat }, { name: "c" }]),
        );
        const [[a, b] = [], [c] = []] = networks
            .toSorted((one, other) => other.clusters.length - one.clusters.length)
            .map(({ clusters }) => clusters.map(({ box }) => centre(box)));
        expect([a?.x === b?.x, (c?.y ?? 0) * 2]).to.deep.equal([true, (a?.y ?? 0) + (b?.y ?? 0)]);
    });

    it("keeps clusters in their networks, names in theirs, and networks apart", () => {
        fc.assert(
            fc.property(pictures, (picture) => {
                const { networks } = layOut(picture);
                for (const { box, label, clusters } of networks) {
                    const inside = [label, ...clusters.map((placed) => placed.box)];
                    expect(inside.every((inner) => isWithin(inner, box))).to.equal(true);
                }
                const close = networks.filter(({ box }, i) =>
                    networks.slice(i + 1).some((other) => !areApart(box, other.box, 20, 20)),
                );
                expect(close).to.deep.equal([]);
            }),
        );
    });

    it("lays nothing over a cluster or a network's name", () => {
        fc.assert(
            fc.property(pictures, (picture) => {
                for (const { label, clusters } of layOut(picture).networks) {
                    const all = [label, ...clusters.map(({ box }) => box)];
                    const hit = all.filter((box, i) =>
                        all.slice(i + 1).some((other) => !areApart(box, other, 0, 0)),
                    );
                    expect(hit).to.deep.equal([]);
                }
            }),
        );
    });

    it("gives every text the room that it needs", () => {
        fc.assert(
            fc.property(pictures, (picture) => {
                for (const { clusters } of layOut(picture).networks) {
                    for (const { cluster, box } of clusters) {
                        const width = box.width - 2 * SIZES.padding;
                        expect(widthOf(cluster.name, SIZES.name, true)).to.be.at.most(width);
                        expect(widthOf(cluster.about, SIZES.text)).to.be.at.most(width);
                    }
                }
            }),
        );
    });

    it("ends links at the boxes of their clusters, outside of them", () => {
        fc.assert(
            fc.property(pictures, (picture) => {
                const layout = layOut(picture);
                const boxes = boxesOf(layout);
                picture.links.forEach(({ from, to }, i) => {
                    const curve = layout.routes[i]?.curve;
                    const ends = [
                        [boxes.get(from), curve?.from],
                        [boxes.get(to), curve?.to],
                    ] as const;
                    for (const [box, end] of ends) {
                        if (!box || !end) throw new Error("every link has both");
                        expect([holds(box, end), holds(grow(box, 4), end)]).to.deep.equal([
                            false,
                            true,
                        ]);
                    }
                });
            }),
        );
    });

    it("runs no link over a cluster", () => {
        fc.assert(
            fc.property(pictures, (picture) => {
                expect(trampled(picture, layOut(picture))).to.deep.equal([]);
            }),
            { numRuns: 1000 },
        );
    });

    const straight: [string, Picture][] = [
        [
            "three clusters",
            pictured(numbered(3), ["cluster-1 <-> cluster-2", "cluster-1 -> cluster-3"]),
        ],
        ["a full mesh of 8", pictured(numbered(8))],
        ["a primary and its remote", pictured(["a", { name: "b", primary: "a" }])],
        ["five flat clusters", pictured(numbered(5).map((name) => ({ name, network: "flat" })))],
    ];
    for (const [title, picture] of straight) {
        it(`draws ${title} with straight lines over nothing`, () => {
            const { routes } = layOut(picture);
            const bends = routes.map(({ curve: { from, control, to } }) =>
                Math.round(
                    (to.x - from.x) * (control.y - from.y) - (to.y - from.y) * (control.x - from.x),
                ),
            );
            expect(bends.map(Math.abs)).to.deep.equal(picture.links.map(() => 0));
            expect(routes.map(({ cost }) => cost)).to.deep.equal(picture.links.map(() => 0));
        });
    }

    it("draws two links of the same two clusters apart", () => {
        const { routes } = layOut(pictured(["a", { name: "b", primary: "a" }]));
        expect(routes.map(({ curve }) => curve.from.y)).to.deep.equal([-9, 9]);
    });

    it("takes no minutes for hundreds of links", () => {
        const { routes } = layOut(pictured(numbered(50)));
        expect(routes).to.have.length(1225);
    });
});
