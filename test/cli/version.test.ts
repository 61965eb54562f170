// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { findVersion, satisfies } from "../../cli/version";

describe("version", () => {
    it("is found in what tools print", () => {
        expect(findVersion("kind v0.33.0 go1.26.8 linux/amd64")).to.equal("0.33.0");
        expect(findVersion("v3.259.0\n")).to.equal("3.259.0");
        expect(findVersion("Docker version 28.5.2, build 1")).to.equal("28.5.2");
        expect(findVersion("no version")).to.equal(undefined);
    });

    const table: [string, string, boolean][] = [
        ["0.33.0", "0.32.0", true],
        ["0.32.0", "0.32.0", true],
        ["0.31.9", "0.32.0", false],
        ["3.259.1", "3.259.0", true],
        ["3.1000.0", "3.259.0", true],
        ["3.99.0", "3.259.0", false],
        ["4.0.0", "3.259.0", false],
        ["2.999.0", "3.259.0", false],
    ];
    for (const [version, minimum, expected] of table) {
        it(`${version} ${expected ? "satisfies" : "does not satisfy"} ${minimum}`, () => {
            expect(satisfies(version, minimum)).to.equal(expected);
        });
    }
});
