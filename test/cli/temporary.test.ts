// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { withTemporary } from "../../cli/temporary";

describe("withTemporary", () => {
    let parent: string;
    beforeEach(async () => {
        parent = await mkdtemp(join(tmpdir(), "temporary-test-"));
    });
    afterEach(() => rm(parent, { recursive: true }));

    it("gives a folder that only its user can read, beside the rest of the environment", async () => {
        const found = await withTemporary(
            { A: "b" },
            async ({ TMPDIR = "", ...env }) => ({ env, mode: (await stat(TMPDIR)).mode & 0o777 }),
            parent,
        );
        expect(found).to.deep.equal({ env: { A: "b" }, mode: 0o700 });
    });

    it("removes it with what is in it", async () => {
        const folder = await withTemporary(
            {},
            async ({ TMPDIR = "" }) => {
                await writeFile(join(TMPDIR, "kubeconfig123"), "secret");
                return TMPDIR;
            },
            parent,
        );
        expect(existsSync(folder)).to.equal(false);
    });

    it("removes it when the step fails, whose error it throws", async () => {
        const failing = withTemporary({}, () => Promise.reject(new Error("no")), parent);
        expect(await failing.catch((error: unknown) => error)).to.have.property("message", "no");
        expect(await readdir(parent)).to.deep.equal([]);
    });

    it("removes what a killed run has left, and nothing of one that goes on or of others", async () => {
        const { pid } = spawnSync("true");
        const alive = `istio-fleet-run-${String(process.pid)}-abc`;
        const names = [`istio-fleet-run-${String(pid)}-abc`, alive, "istio-fleet-else", "tmp.1"];
        for (const name of names) await mkdir(join(parent, name));
        await withTemporary({}, () => Promise.resolve(), parent);
        expect((await readdir(parent)).sort()).to.deep.equal(
            [alive, "istio-fleet-else", "tmp.1"].sort(),
        );
    });
});
