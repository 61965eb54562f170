// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { nearest } from "../../plan/suggest";

describe("nearest", () => {
    const rows: [string, string[], string | undefined][] = [
        ["cluters", ["clusters", "edges"], "clusters"],
        ["edgse", ["clusters", "edges"], "edges"],
        ["name", ["name"], "name"],
        ["ab", ["abcd", "abc"], "abc"],
        // Two slips are allowed in short words, one in three letters in longer ones.
        ["abc", ["axy"], "axy"],
        ["abc", ["xyz"], undefined],
        ["abcdefghi", ["abcdefxyz"], "abcdefxyz"],
        ["abcdefghi", ["abcdewxyz"], undefined],
        ["anything", [], undefined],
    ];
    it("takes no time for what is far longer than anything that is meant", () => {
        const typed = "x".repeat(1_000_000);
        expect(nearest(typed, [typed.slice(1, 5), "y".repeat(1000)])).to.equal(undefined);
    });

    for (const [typed, candidates, expected] of rows) {
        it(`takes "${typed}" among [${candidates.join(", ")}] for ${expected ?? "none"}`, () => {
            expect(nearest(typed, candidates)).to.equal(expected);
        });
    }
});
