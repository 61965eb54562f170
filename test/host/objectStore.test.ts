// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readObjectStore } from "../../host/objectStore";

const FIX = "See https://thanos.io/tip/thanos/storage.md/ for what it holds.";

describe("readObjectStore", () => {
    let folder: string;
    let path: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        path = join(folder, "bucket.yaml");
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });
    const refused = (rule: string) => ({
        problems: [{ property: "metrics.objectStore", value: path, rule, fix: FIX }],
    });

    it("is the file's text as it is, and no problem", async () => {
        const text =
            "# ours\ntype: S3\nconfig:\n    bucket: b\n    secret_key: s3cret\nprefix: p\n";
        writeFileSync(path, text);
        expect(await readObjectStore(path)).to.deep.equal({ text, problems: [] });
    });

    it("refuses a file that is not there", async () => {
        expect(await readObjectStore(path)).to.deep.equal(
            refused("must be a file that can be read (ENOENT)"),
        );
    });

    it("refuses a folder", async () => {
        mkdirSync(path);
        expect(await readObjectStore(path)).to.deep.equal(
            refused("must be a file that can be read (EISDIR)"),
        );
    });

    const contents: [string, string][] = [
        ["an empty file", ""],
        ["a text", "s3cret"],
        ["what is no YAML", "type: S3\nconfig: {secret_key: s3cret\n"],
        ["several documents", "type: S3\nconfig: {}\n---\nsecret_key: s3cret\n"],
        ["a missing type", "config: {secret_key: s3cret}\n"],
        ["an empty type", "type: ''\nconfig: {secret_key: s3cret}\n"],
        ["a type that is no text", "type: {secret_key: s3cret}\nconfig: {}\n"],
        ["a missing config", "type: S3\nsecret_key: s3cret\n"],
        ["a config that is no map", "type: S3\nconfig: s3cret\n"],
    ];
    for (const [what, text] of contents) {
        it(`refuses ${what}, and shows nothing of it`, async () => {
            writeFileSync(path, text);
            expect(await readObjectStore(path)).to.deep.equal(
                refused("must be YAML with a type and a config"),
            );
        });
    }
});
