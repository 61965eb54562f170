// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Lock, judgeLocks } from "../../cli/locks";

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
