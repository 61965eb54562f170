// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPatches, copyPatched, patchText, type GoPatch } from "../../lab/goPatch";
import { goProgram } from "../../lab/goProgram";
import { keyOf, type Part } from "../../lab/part";
import { labPaths } from "../../lab/paths";
import { istiodPatches } from "../../lab/recipes/patches";
import { programParts } from "../../lab/recipes/programs";
import { Workshop } from "../../lab/workshop";

function patch(over: Partial<GoPatch> = {}): GoPatch {
    return { module: "a.example/m", file: "p/f.go", find: "old", replace: "new", ...over };
}

const runtime: Part = {
    name: "runtime",
    recipe: {},
    needs: [],
    megabytes: 0,
    commands: [],
    make: () => Promise.resolve(),
};

/** A workshop whose `go` is a script that says what it was called with, and where a module is. */
class FakeWorkshop extends Workshop {
    readonly #command: string;

    public constructor(command: string, cache: string) {
        super(() => undefined, runtime, labPaths(cache));
        this.#command = command;
    }

    public override go() {
        return Promise.resolve({ command: this.#command, version: "go1.26", env: {} });
    }
}

describe("GoPatch", () => {
    describe("text", () => {
        it("is replaced as it stands, with no pattern in it", () => {
            const text = "a(); b$.c(); d()\n";
            expect(patchText(text, patch({ find: "b$.c()", replace: "$&$1" }))).to.equal(
                "a(); $&$1; d()\n",
            );
        });

        for (const [found, text] of [
            ["0", "else"],
            ["2", "old, old"],
        ] as const) {
            it(`is refused when it is there ${found} times`, () => {
                expect(() => patchText(text, patch())).to.throw(
                    `a.example/m/p/f.go has "old" ${found} times, not once: adapt the patch in ` +
                        "lab/recipes/patches.ts to this version, or drop it if upstream has the fix",
                );
            });
        }
    });

    describe("of a module", () => {
        let folder: string;
        let module: string;
        let log: string;

        beforeEach(async () => {
            folder = await mkdtemp(join(tmpdir(), "lab-patch-"));
            module = join(folder, "cache");
            log = join(folder, "log");
            await mkdir(join(module, "p"), { recursive: true });
            await writeFile(join(module, "p", "f.go"), "old; else", { mode: 0o444 });
            await writeFile(join(module, "go.mod"), "module a.example/m\n", { mode: 0o444 });
            await chmod(join(module, "p"), 0o555);
        });

        afterEach(async () => {
            await chmod(join(module, "p"), 0o755);
            await rm(folder, { recursive: true });
        });

        it("changes a copy, one patch after the other, and leaves Go's cache alone", async () => {
            const copy = join(folder, "copy");
            const patches = [patch(), patch({ find: "new; else", replace: "newer" })];
            await copyPatched(module, copy, patches, log);
            expect(await readFile(join(copy, "p", "f.go"), "utf8")).to.equal("newer");
            expect(await readFile(join(copy, "go.mod"), "utf8")).to.equal("module a.example/m\n");
            expect(await readFile(join(module, "p", "f.go"), "utf8")).to.equal("old; else");
        });

        it("has go.mod take the copy, by a path that is the same on every machine", async () => {
            const build = join(folder, "build");
            await mkdir(build);
            const go = join(folder, "go");
            const calls = join(folder, "calls");
            const script = `#!/bin/sh\necho "$@" >>'${calls}'\n[ "$1" != list ] || echo '${module}'\n`;
            await writeFile(go, script, { mode: 0o755 });
            const workshop = new FakeWorkshop(go, folder);
            const patches = [patch(), patch({ find: "else", replace: "other" })];
            await applyPatches(build, patches, { log, workshop });
            const patched = join(build, "patched", "a.example", "m", "p", "f.go");
            expect(await readFile(patched, "utf8")).to.equal("new; other");
            expect((await readFile(calls, "utf8")).split("\n")).to.deep.equal([
                "mod download a.example/m",
                "list -mod=readonly -m -f {{.Dir}} a.example/m",
                "mod edit -replace=a.example/m=./patched/a.example/m",
                "",
            ]);
        });
    });

    it("is part of what decides whether a program is built again", async () => {
        const program = { name: "x", folder: "programs", package: "./cmd/pause", megabytes: 1 };
        const parts = [
            program,
            { ...program, patches: [patch()] },
            { ...program, patches: [patch({ replace: "newer" })] },
        ].map(goProgram);
        const keys = (await Promise.all(parts)).map(keyOf);
        expect(new Set(keys).size).to.equal(3);
    });
});

describe("istiod's patches", () => {
    it("are istiod's alone", async () => {
        const programs = Object.values(await programParts());
        const patched = programs.filter(({ recipe }) => "patches" in recipe);
        expect(patched.map(({ name }) => name)).to.deep.equal(["pilot-discovery"]);
        expect(patched[0]?.recipe).to.deep.include({ patches: istiodPatches });
    });

    it("have a reader of Secrets that is not there be ready, and close without a word", () => {
        const methods = [
            "func (s *CredentialsController) Close() {\n\ts.secrets.ShutdownHandlers()\n}\n",
            "func (s *CredentialsController) HasSynced() bool {\n\treturn s.secrets.HasSynced()\n}\n",
        ];
        expect(istiodPatches.reduce(patchText, methods.join("\n"))).to.equal(
            "func (s *CredentialsController) Close() {\n" +
                "\tif s == nil {\n\t\treturn\n\t}\n" +
                "\ts.secrets.ShutdownHandlers()\n}\n\n" +
                "func (s *CredentialsController) HasSynced() bool {\n" +
                "\tif s == nil {\n\t\treturn true\n\t}\n" +
                "\treturn s.secrets.HasSynced()\n}\n",
        );
    });
});
