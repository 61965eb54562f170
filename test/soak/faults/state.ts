// SPDX-License-Identifier: Apache-2.0
import { copyFile, readFile, readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { PROJECT } from "../../../cli/paths";
import type { Config } from "../../e2e/fleetUnderTest";
import type { Scene } from "./scene";

/** What a preview fails with. */
async function refusal(scene: Scene): Promise<string> {
    try {
        await scene.fleet.stack.preview();
    } catch (error) {
        return String(error);
    }
    throw new Error("the preview did not fail");
}

/** Nothing is done to the clusters, and so not to their requests. */
export function stateIsTruncated(scene: Scene, changed: Config): void {
    it("is refused, and the copy that pulumi made at the end of the last run restores it", async () => {
        const { stack } = scene.fleet;
        const fault = {
            id: "state-truncated",
            fault: "the state file cut in half",
            during: "traffic",
        };
        await scene.attempt(fault, async (loss) => {
            const whole = await readFile(stack.stateFile);
            await truncate(stack.stateFile, Math.floor(whole.length / 2));
            expect(await refusal(scene)).to.match(/failed to load checkpoint.*JSON/s);
            const last = (await stack.backups()).at(-1) ?? "";
            expect((await readFile(last)).equals(whole)).to.equal(true);
            await copyFile(last, stack.stateFile);
            await scene.recovered();
            expect(loss().lost).to.deep.equal([]);
            return "by the last copy in `backups`: preview empty, verified";
        });
    });

    it("is refused when it is empty, and one `up` makes up for the older copy beside it", async () => {
        const { stack } = scene.fleet;
        await stack.configure(changed);
        await stack.up();
        const fault = { id: "state-emptied", fault: "the state file emptied", during: "traffic" };
        await scene.attempt(fault, async (loss) => {
            await truncate(stack.stateFile, 0);
            expect(await refusal(scene)).to.match(/failed to load checkpoint.*JSON/s);
            await copyFile(`${stack.stateFile}.bak`, stack.stateFile);
            await stack.up();
            await scene.recovered();
            expect(loss().lost).to.deep.equal([]);
            return "by the older copy `.bak` and one `up`: preview empty, verified";
        });
    });
}

/** Takes away the state and every copy of it: all of a stack but its config. */
async function loseState({ fleet: { stack } }: Scene): Promise<void> {
    for (const kind of ["stacks", "backups", "history"]) {
        const folder = join(stack.folder, ".pulumi", kind);
        expect(await readdir(folder)).to.deep.equal([PROJECT]);
        await rm(folder, { recursive: true });
    }
}

/** The keys are gone with the state, so what was made from them cannot be adopted. */
export function stateIsLost(scene: Scene): void {
    it("one `up` takes the network over, and makes the clusters again", async () => {
        const { stack, docker } = scene.fleet;
        await scene.stopTraffic();
        await scene.lookAtBackend();
        const ids = () => Promise.all(scene.nodes.map((node) => docker.fact(node, "{{.Id}}")));
        const before = await ids();
        const fault = {
            id: "state-lost",
            fault: "the state lost, with every copy",
            during: "between two runs",
        };
        await scene.attempt(fault, async () => {
            await loseState(scene);
            await stack.init();
            await stack.up();
            await scene.recovered();
            return "by one `up`, which made the clusters again: verified, preview empty";
        });
        const after = await ids();
        for (const [i, id] of after.entries()) expect(id).not.to.equal(before[i]);
    });
}
