// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { mergeValues } from "../../plan/mergeValues";

const values = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 3 }));

describe("mergeValues", () => {
    it("merges maps key by key, at any depth", () => {
        expect(
            mergeValues(
                { global: { hub: "h", proxy: { cpu: 1 } } },
                { global: { proxy: { mem: 2 } } },
            ),
        ).to.deep.equal({ global: { hub: "h", proxy: { cpu: 1, mem: 2 } } });
    });

    const replaced: [string, unknown, unknown][] = [
        ["a scalar", 1, 2],
        ["a list", [1, 2], [3]],
        ["a map by a scalar", { a: 1 }, 2],
        ["a map by a list", { a: 1 }, [1]],
        ["a scalar by a map", 1, { a: 1 }],
        ["a list by a map", [1], { a: 1 }],
        ["a map by null", { a: 1 }, null],
        ["null by a map", null, { a: 1 }],
    ];
    for (const [what, before, after] of replaced) {
        it(`replaces ${what}`, () => {
            expect(mergeValues({ key: before }, { key: after })).to.deep.equal({ key: after });
        });
    }

    it("lets the last of many layers win", () => {
        expect(mergeValues({ a: 1, b: 1, c: 1 }, { a: 2, b: 2 }, { a: 3 })).to.deep.equal({
            a: 3,
            b: 2,
            c: 1,
        });
    });

    it("takes any key as it is", () => {
        const values = JSON.parse('{"a":{"__proto__":{"b":1}}}') as Record<string, unknown>;
        expect(JSON.stringify(mergeValues(values, values))).to.equal(JSON.stringify(values));
    });

    it("leaves its arguments as they were", () => {
        const first = { a: { b: 1 } };
        mergeValues(first, { a: { b: 2, c: 3 } });
        expect(first).to.deep.equal({ a: { b: 1 } });
    });

    it("changes nothing by values that are there already", () => {
        fc.assert(
            fc.property(values, (a) => {
                expect(mergeValues(a, a)).to.deep.equal(a);
                expect(mergeValues({}, a)).to.deep.equal(a);
                expect(mergeValues(a, {})).to.deep.equal(a);
            }),
        );
    });

    it("loses no key of any layer, and adds none", () => {
        fc.assert(
            fc.property(values, values, (a, b) => {
                const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
                expect(Object.keys(mergeValues(a, b))).to.have.members([...keys]);
            }),
        );
    });
});
