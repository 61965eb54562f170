import { expect } from "chai";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderOf, isUpToDate, keyOf, makePart, type Part } from "../../lab/part";
import { labPaths } from "../../lab/paths";
import { Workshop } from "../../lab/workshop";

function part(over: Partial<Part> = {}): Part {
    return {
        name: "thing",
        recipe: { flags: ["-a"] },
        needs: [],
        megabytes: 1,
        commands: [],
        make: ({ out }) => writeFile(join(out, "thing"), "made"),
        ...over,
    };
}

describe("Part", () => {
    describe("key", () => {
        it("is the same for the same recipe", () => {
            expect(keyOf(part())).to.equal(keyOf(part()));
        });

        it("changes with the recipe, and with that of anything it needs", () => {
            const need = part({ name: "need" });
            const changed = part({ name: "need", recipe: { flags: ["-b"] } });
            const keys = [
                part(),
                part({ recipe: { flags: ["-b"] } }),
                part({ needs: [need] }),
                part({ needs: [changed] }),
                part({ needs: [part({ name: "between", needs: [changed] })] }),
                part({ needs: [part({ name: "between", needs: [need] })] }),
            ].map(keyOf);
            expect(new Set(keys).size).to.equal(keys.length);
        });

        it("does not change with what only plans the work", () => {
            expect(keyOf(part({ megabytes: 9, commands: ["tar"] }))).to.equal(keyOf(part()));
        });
    });

    describe("making", () => {
        let cache: string;
        let workshop: Workshop;

        beforeEach(async () => {
            cache = await mkdtemp(join(tmpdir(), "lab-part-"));
            workshop = new Workshop(() => undefined, part({ name: "runtime" }), labPaths(cache));
        });

        afterEach(() => rm(cache, { recursive: true }));

        it("puts the part in its place and leaves nothing else", async () => {
            expect(await isUpToDate(part(), workshop)).to.equal(false);
            await makePart(part(), workshop);
            expect(await isUpToDate(part(), workshop)).to.equal(true);
            expect(await readdir(folderOf(part(), workshop.paths))).to.deep.equal(["thing"]);
            expect(await readdir(workshop.paths.tmp)).to.deep.equal([]);
        });

        it("leaves nothing at all when it fails half way", async () => {
            const failing = part({
                make: async ({ out, scratch }) => {
                    await writeFile(join(out, "half"), "");
                    await writeFile(join(scratch, "half"), "");
                    throw new Error("the compiler says no");
                },
            });
            const error = await makePart(failing, workshop).catch((e: unknown) => e);
            expect(error).to.have.property("message", "the compiler says no");
            expect(existsSync(folderOf(failing, workshop.paths))).to.equal(false);
            expect(await readdir(workshop.paths.tmp)).to.deep.equal([]);
        });

        it("replaces a part that is no longer where else it has to be", async () => {
            let loaded = false;
            const elsewhere = part({
                present: () => Promise.resolve(loaded),
                make: ({ out }) => {
                    loaded = true;
                    return writeFile(join(out, "thing"), "again");
                },
            });
            await makePart(part(), workshop);
            expect(await isUpToDate(elsewhere, workshop)).to.equal(false);
            await makePart(elsewhere, workshop);
            expect(await isUpToDate(elsewhere, workshop)).to.equal(true);
        });
    });
});
