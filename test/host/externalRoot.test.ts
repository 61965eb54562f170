// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readExternalRoot } from "../../host/externalRoot";

describe("readExternalRoot", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });
    const at = (...parts: string[]) => join(folder, ...parts);
    const read = (...primaries: string[]) =>
        readExternalRoot(
            { kind: "external", certificates: at("roots.pem"), intermediates: at("signed") },
            primaries,
        );

    it("is the text of every file, and why there is none", async () => {
        mkdirSync(at("signed", "south.pem"), { recursive: true });
        writeFileSync(at("roots.pem"), "roots\n");
        writeFileSync(at("signed", "west.pem"), "west\n");
        expect(await read("north", "south", "west")).to.deep.equal({
            certificates: { path: at("roots.pem"), text: "roots\n" },
            intermediates: new Map([
                ["north", { path: at("signed", "north.pem"), error: "ENOENT" }],
                ["south", { path: at("signed", "south.pem"), error: "EISDIR" }],
                ["west", { path: at("signed", "west.pem"), text: "west\n" }],
            ]),
        });
    });

    it("takes a folder that is not there for one without files", async () => {
        expect(await read("west")).to.deep.equal({
            certificates: { path: at("roots.pem"), error: "ENOENT" },
            intermediates: new Map([["west", { path: at("signed", "west.pem"), error: "ENOENT" }]]),
        });
    });

    it("takes a file in the folder's place for a mistake", async () => {
        writeFileSync(at("signed"), "");
        const { intermediates } = await read("west");
        expect(intermediates.get("west")).to.deep.equal({
            path: at("signed", "west.pem"),
            error: "ENOTDIR",
        });
    });
});
