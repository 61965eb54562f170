// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { defaultIndex, planIndexes } from "../../plan/clusterIndex";
import { clusterName, clusterNames } from "../helpers/arbitraries";

describe("defaultIndex", () => {
    // The hashes are FNV-1a's published test vectors: a changed hash would re-address live clusters.
    const vectors: [string, number][] = [
        ["a", 0xe40c292c],
        ["foobar", 0xbf9cf968],
        ["", 0x811c9dc5],
    ];
    for (const [name, hash] of vectors) {
        it(`is FNV-1a of "${name}"`, () => {
            expect(defaultIndex(name, 2 ** 32)).to.equal(hash);
        });
    }

    it("is the hash modulo the number of indexes", () => {
        expect(defaultIndex("a", 2048)).to.equal(0xe40c292c % 2048);
    });

    it("hashes the bytes of UTF-8", () => {
        // FNV-1a over c3 a9.
        expect(defaultIndex("é", 2 ** 32)).to.equal(fnv1a([0xc3, 0xa9]));
    });

    it("stays below the number of indexes", () => {
        fc.assert(
            fc.property(clusterName, fc.integer({ min: 1, max: 2048 }), (name, indexes) => {
                expect(defaultIndex(name, indexes)).to.be.within(0, indexes - 1);
            }),
        );
    });
});

function fnv1a(bytes: readonly number[]): number {
    const hash = bytes.reduce(
        (sum, byte) => ((sum ^ BigInt(byte)) * 0x01000193n) & 0xffffffffn,
        0x811c9dc5n,
    );
    return Number(hash);
}

describe("planIndexes", () => {
    it("gives names that do not collide their own indexes", () => {
        fc.assert(
            fc.property(clusterNames(2048), (names) => {
                const clusters = names.map((name) => ({ name }));
                const { indexes, problems } = planIndexes(clusters, 2048);
                expect(problems).to.deep.equal([]);
                expect([...indexes]).to.deep.equal(
                    names.map((name) => [name, defaultIndex(name, 2048)]),
                );
            }),
        );
    });

    it("lets a given index win over the name's", () => {
        const { indexes, problems } = planIndexes([{ name: "a", index: 7 }], 2048);
        expect(problems).to.deep.equal([]);
        expect(indexes.get("a")).to.equal(7);
    });

    it("takes 0 as a given index", () => {
        expect(planIndexes([{ name: "a", index: 0 }], 2048).indexes.get("a")).to.equal(0);
    });

    it("refuses two clusters on one index, and names one that is free for the later", () => {
        const clusters = [
            { name: "b", index: 0 },
            { name: "c", index: 1 },
            { name: "d", index: 1 },
        ];
        expect(planIndexes(clusters, 8).problems).to.deep.equal([
            {
                property: "clusters[2].index",
                value: 1,
                rule: 'is the index of both "c" and "d", so their addresses would be the same',
                fix: 'Give "d" a free one: index: 2. Keep it as long as the cluster lives.',
            },
        ]);
    });

    it("offers every further collision another free index", () => {
        const clusters = ["a", "b", "c"].map((name) => ({ name, index: 0 }));
        expect(planIndexes(clusters, 8).problems.map(({ fix }) => fix)).to.deep.equal([
            'Give "b" a free one: index: 1. Keep it as long as the cluster lives.',
            'Give "c" a free one: index: 2. Keep it as long as the cluster lives.',
        ]);
    });

    it("offers the smallest that is free", () => {
        const clusters = ["a", "b"].map((name) => ({ name, index: 1 }));
        expect(planIndexes(clusters, 8).problems.map(({ fix }) => fix)).to.deep.equal([
            'Give "b" a free one: index: 0. Keep it as long as the cluster lives.',
        ]);
    });

    it("offers no index that a later cluster has", () => {
        const clusters = [
            { name: "a", index: 0 },
            { name: "b", index: 0 },
            { name: "c", index: 1 },
        ];
        expect(planIndexes(clusters, 8).problems.map(({ fix }) => fix)).to.deep.equal([
            'Give "b" a free one: index: 2. Keep it as long as the cluster lives.',
        ]);
    });

    it("asks for a larger subnet when no index is free", () => {
        const clusters = [0, 1, 1].map((index, i) => ({ name: `c${String(i)}`, index }));
        expect(planIndexes(clusters, 2).problems.map(({ fix }) => fix)).to.deep.equal([
            "Every index of network.subnet is taken: use a subnet with a shorter prefix.",
        ]);
    });

    it("refuses an index that the subnet has no pool for", () => {
        expect(planIndexes([{ name: "a", index: 8 }], 8).problems).to.deep.equal([
            {
                property: "clusters[0].index",
                value: 8,
                rule: "must be below 8, the number of address pools in network.subnet",
                fix: "Choose a smaller index, or a network.subnet with a shorter prefix.",
            },
        ]);
    });

    it("accepts the last index", () => {
        expect(planIndexes([{ name: "a", index: 7 }], 8).problems).to.deep.equal([]);
    });

    it("gives an existing cluster no index, and none of its own to collide with", () => {
        const clusters = [
            { name: "a", index: 0 },
            { name: "b", index: 0, existing: {} },
            { name: "c", existing: {} },
        ];
        expect(planIndexes(clusters, 8)).to.deep.equal({
            indexes: new Map([["a", 0]]),
            problems: [],
        });
    });

    it("names the place in the whole list, and offers an index that an existing cluster names", () => {
        const clusters = [
            { name: "x", index: 1, existing: {} },
            { name: "a", index: 0 },
            { name: "b", index: 0 },
        ];
        expect(planIndexes(clusters, 8).problems).to.deep.equal([
            {
                property: "clusters[2].index",
                value: 0,
                rule: 'is the index of both "a" and "b", so their addresses would be the same',
                fix: 'Give "b" a free one: index: 1. Keep it as long as the cluster lives.',
            },
        ]);
    });

    it("keeps the indexes of kind clusters whichever of the others exist", () => {
        const some = clusterNames(2048).chain((names) =>
            fc.tuple(fc.constant(names), fc.subarray(names)),
        );
        fc.assert(
            fc.property(some, ([names, kinds]) => {
                const clusters = names.map((name) => ({
                    name,
                    existing: kinds.includes(name) ? undefined : {},
                }));
                expect([...planIndexes(clusters, 2048).indexes]).to.deep.equal(
                    kinds.map((name) => [name, defaultIndex(name, 2048)]),
                );
            }),
        );
    });
});
