import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withLock } from "../../lab/lock";
import { identify, isAlive } from "../../lab/processId";

const never = () => {
    throw new Error("nobody holds the lock, and yet it is waited for");
};

describe("lock", () => {
    let folder: string;
    let path: string;

    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "lab-lock-"));
        path = join(folder, "lock");
    });

    afterEach(() => rm(folder, { recursive: true }));

    it("is given back when the work is done, well or not", async () => {
        expect(await withLock(path, never, () => Promise.resolve(1))).to.equal(1);
        const failed = withLock(path, never, () => Promise.reject(new Error("no")));
        expect(await failed.catch((e: unknown) => e)).to.have.property("message", "no");
        expect(await readdir(folder)).to.deep.equal([]);
    });

    it("lets one in at a time, and tells the others once whom they wait for", async () => {
        let inside = 0;
        const told: number[] = [];
        const work = async () => {
            inside += 1;
            expect(inside).to.equal(1);
            await new Promise((resolve) => setImmediate(resolve));
            inside -= 1;
        };
        const enter = () => withLock(path, (pid) => told.push(pid), work);
        await Promise.all([enter(), enter(), enter()]);
        expect(new Set(told)).to.deep.equal(new Set([process.pid]));
        expect(told.length).to.be.at.most(2);
    });

    it("is taken over from a process that has ended", async () => {
        const child = spawn("cat", [], { stdio: ["pipe", "ignore", "ignore"] });
        const id = await identify(child.pid ?? 0);
        child.stdin.end();
        await once(child, "exit");
        expect(await isAlive(id)).to.equal(false);
        await writeFile(path, JSON.stringify(id));
        expect(await withLock(path, never, () => Promise.resolve("in"))).to.equal("in");
    });

    it("is taken over from a number that another process has now", async () => {
        const id = await identify(process.pid);
        await writeFile(path, JSON.stringify({ ...id, started: "another boot/1" }));
        expect(await withLock(path, never, () => Promise.resolve("in"))).to.equal("in");
    });

    it("is taken over when it says nothing that can be understood", async () => {
        await writeFile(path, "?");
        expect(await withLock(path, never, () => Promise.resolve("in"))).to.equal("in");
    });
});
