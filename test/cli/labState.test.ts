// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseLabTools, whyNoLab } from "../../cli/labState";

const plugin = {
    name: "command",
    version: "1.2.1",
    path: "/lab/pulumi-resource-command",
    standIn: true,
    note: "stand-in",
};

describe("parseLabTools", () => {
    it("reads what the lab writes", () => {
        const text = JSON.stringify({ schema: 1, bin: "/lab/bin", plugins: [plugin] });
        expect(parseLabTools(text, "tools.json")).to.deep.equal({
            schema: 1,
            bin: "/lab/bin",
            plugins: [plugin],
        });
    });

    const refused: Record<string, [string, RegExp]> = {
        "half a file": ['{"schema": 1,', /tools\.json is not JSON.*lab -- build/],
        "another schema": ['{"schema": 2, "bin": "/b", "plugins": []}', /schema/],
        "a relative folder": ['{"schema": 1, "bin": "b", "plugins": []}', /bin/],
        "a plugin without a path": [
            '{"schema": 1, "bin": "/b", "plugins": [{"name": "x", "version": "1", "standIn": false}]}',
            /plugins\[0\]\.path/,
        ],
    };
    for (const [what, [text, message]] of Object.entries(refused)) {
        it(`refuses ${what}, with the fix`, () => {
            expect(() => parseLabTools(text, "tools.json")).to.throw(message);
            expect(() => parseLabTools(text, "tools.json")).to.throw("npm run lab -- build");
        });
    }
});

describe("whyNoLab", () => {
    const debian = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n';

    it("is nothing for root on Debian, Ubuntu and what derives from them", () => {
        for (const release of [
            debian,
            "ID=ubuntu\nID_LIKE=debian",
            'ID=mint\nID_LIKE="ubuntu debian"',
        ]) {
            expect(whyNoLab({ os: "linux", root: true, release })).to.equal(undefined);
        }
    });

    it("says what is missing elsewhere", () => {
        expect(whyNoLab({ os: "linux", root: false, release: debian })).to.contain("root");
        expect(whyNoLab({ os: "linux", root: true, release: "ID=fedora" })).to.contain("Debian");
        expect(whyNoLab({ os: "darwin", root: true, release: "" })).to.contain("Debian");
    });
});
