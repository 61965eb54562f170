import { expect } from "chai";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson, hashFile, hashFolder, hashOf } from "../../lab/hash";

describe("hash", () => {
    it("gives the same text whatever the order of the keys", () => {
        expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).to.equal(
            canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }),
        );
    });

    it("keeps the order of lists", () => {
        expect(hashOf([1, 2])).not.to.equal(hashOf([2, 1]));
    });

    it("takes a key that is undefined for one that is not there", () => {
        expect(hashOf({ a: 1, b: undefined })).to.equal(hashOf({ a: 1 }));
    });

    describe("of files", () => {
        let folder: string;

        beforeEach(async () => {
            folder = await mkdtemp(join(tmpdir(), "lab-hash-"));
            await mkdir(join(folder, "sub"));
            await writeFile(join(folder, "a"), "1");
            await writeFile(join(folder, "sub", "b"), "2");
        });

        afterEach(() => rm(folder, { recursive: true }));

        it("names each file by its relative path", async () => {
            const hashes = await hashFolder(folder);
            expect(Object.keys(hashes)).to.deep.equal(["a", "sub/b"]);
            expect(hashes.a).to.equal(await hashFile(join(folder, "a")));
        });

        it("changes when a file's bytes change", async () => {
            const before = await hashFolder(folder);
            await writeFile(join(folder, "sub", "b"), "3");
            expect(await hashFolder(folder)).not.to.deep.equal(before);
        });

        it("leaves out what is not wanted", async () => {
            expect(await hashFolder(folder, (path) => path !== "a")).to.have.all.keys("sub/b");
        });
    });
});
