// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Lock, judgeLocks, readLocks } from "../../cli/locks";
import { pathsOf } from "../../cli/paths";

const lock = (pid: number, hostname = "here"): Lock => ({
    pid,
    hostname,
    username: "root",
    timestamp: "2026-11-21T12:00:00Z",
});
const alive =
    (...pids: number[]) =>
    (pid: number) =>
        pids.includes(pid);

describe("judgeLocks", () => {
    it("is free without locks", () => {
        expect(judgeLocks([], "here", alive())).to.deep.equal({ state: "free" });
    });

    it("is stale when the process is gone from this host", () => {
        const verdict = judgeLocks([lock(7)], "here", alive());
        expect(verdict).to.include({ state: "stale" });
        expect(verdict).to.have.property("reason").that.contains("process 7 was killed");
    });

    it("is held as long as the process runs, and says which one", () => {
        const verdict = judgeLocks([lock(7)], "here", alive(7));
        expect(verdict).to.include({ state: "held" });
        expect(verdict).to.have.property("reason").that.contains("process 7 of root works");
    });

    it("is held by any of several", () => {
        expect(judgeLocks([lock(7), lock(8)], "here", alive(8)).state).to.equal("held");
    });

    it("is held by another host, of which nothing is known", () => {
        const verdict = judgeLocks([lock(7, "there")], "here", alive());
        expect(verdict).to.have.property("reason").that.contains("process 7 on there");
    });
});

describe("readLocks", () => {
    it("reads the locks that pulumi writes, not their attributes", async () => {
        const cache = mkdtempSync(join(tmpdir(), "istio-fleet-locks-"));
        const paths = pathsOf({ ISTIO_FLEET_CACHE: cache });
        const folder = join(paths.state, ".pulumi", "locks", "organization", "istio-fleet", "dev");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, "1.json"), JSON.stringify(lock(7)));
        writeFileSync(join(folder, "1.json.attrs"), '{"user.cache_control":""}');
        expect(await readLocks(paths, "dev")).to.deep.equal([lock(7)]);
        expect(await readLocks(paths, "other")).to.deep.equal([]);
        rmSync(cache, { recursive: true });
    });
});
