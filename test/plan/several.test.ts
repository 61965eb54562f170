// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { several } from "../../plan/several";

describe("several", () => {
    const cases: [string[], string][] = [
        [[], ""],
        [["a"], "a"],
        [["a", "b", "c"], "a, b, c"],
        [["a", "b", "c", "d"], "a, b, c and 1 more"],
        [["a", "b", "c", "d", "e"], "a, b, c and 2 more"],
    ];
    for (const [texts, expected] of cases) {
        it(`says ${String(texts.length)} as "${expected}"`, () => {
            expect(several(texts)).to.equal(expected);
        });
    }
});
