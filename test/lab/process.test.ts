import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, runPiped } from "../../lab/process";

const sh = (script: string) => ({ command: "sh", args: ["-c", script] });

async function messageOf(work: Promise<unknown>): Promise<string> {
    const error = await work.then(
        () => undefined,
        (e: unknown) => e,
    );
    expect(error).to.be.instanceOf(Error);
    return (error as Error).message;
}

describe("commands", () => {
    let folder: string;

    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "lab-process-"));
    });

    after(() => rm(folder, { recursive: true }));

    it("give their standard output", async () => {
        expect(await run("sh", ["-c", "echo out; echo err >&2"])).to.equal("out");
    });

    it("tell their exit code and last words when they fail", async () => {
        const message = await messageOf(run("sh", ["-c", "echo why >&2; exit 3"]));
        expect(message).to.match(/^sh -c .*: exit code 3\n {4}why$/s);
    });

    it("tell that they are not there", async () => {
        expect(await messageOf(run("no-such-command", []))).to.match(/no-such-command/);
    });

    it("leave all their output in a log", async () => {
        const log = join(folder, "sub", "log");
        await messageOf(run("sh", ["-c", "echo out; echo err >&2; exit 1"], { log }));
        expect((await readFile(log, "utf8")).trim().split("\n")).to.have.members(["out", "err"]);
    });

    it("pass what one prints to the next", async () => {
        const log = join(folder, "piped");
        await runPiped(sh("echo one"), sh("cat; echo two"), { log });
        expect(await readFile(log, "utf8")).to.equal("one\ntwo\n");
    });

    it("tell which of two has failed", async () => {
        const first = await messageOf(runPiped(sh("echo a >&2; exit 4"), sh("cat"), {}));
        expect(first).to.match(/exit code 4\n {4}a$/);
        const second = await messageOf(runPiped(sh("true"), sh("echo b >&2; exit 5"), {}));
        expect(second).to.match(/exit code 5\n {4}b$/);
    });
});
