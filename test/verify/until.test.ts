// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fails, holds } from "../../verify/report";
import { until, untilAll } from "../../verify/until";

describe("until", () => {
    it("asks again until the finding holds", async () => {
        let asked = 0;
        const ask = () => Promise.resolve(++asked < 3 ? fails("not yet") : holds("done"));
        const finding = await until(ask, { seconds: 5, intervalMs: 1 });
        expect(finding).to.deep.equal(holds("done"));
        expect(asked).to.equal(3);
    });

    it("gives the last finding after the deadline, and says how long it waited", async () => {
        const ask = () => Promise.resolve(fails("b did not answer"));
        const finding = await until(ask, { seconds: 0.02, intervalMs: 5 });
        expect(finding).to.deep.equal(fails("b did not answer. Waited 0.02 s for it."));
    });

    it("takes what is thrown for a finding", async () => {
        const ask = () => Promise.reject(new Error("connection refused"));
        const finding = await until(ask, { seconds: 0, intervalMs: 1 });
        expect(finding).to.deep.equal(fails("connection refused. Waited 0 s for it."));
    });

    it("stops at once when it is told to", async () => {
        const controller = new AbortController();
        const ask = () => {
            controller.abort(new Error("stopped by the user"));
            return Promise.resolve(fails("not yet"));
        };
        const waiting = until(ask, { seconds: 60, intervalMs: 10, signal: controller.signal });
        const thrown = await waiting.catch((error: unknown) => error);
        expect(thrown).to.have.property("message", "stopped by the user");
    });

    it("throws the reason of a signal that comes while it waits to ask again", async () => {
        const controller = new AbortController();
        const ask = () => {
            setTimeout(() => {
                controller.abort(new Error("stopped by the user"));
            }, 10);
            return Promise.resolve(fails("not yet"));
        };
        const patience = { seconds: 60, intervalMs: 30_000, signal: controller.signal };
        const thrown = await until(ask, patience).catch((error: unknown) => error);
        expect(thrown).to.have.property("message", "stopped by the user");
    });
});

describe("untilAll", () => {
    const judgeBelow = (limit: number) => (subject: number) =>
        subject < limit ? holds(`${String(subject)} is there`) : fails(`no ${String(subject)} yet`);

    it("asks again until every finding holds, once for all of them", async () => {
        let asked = 0;
        const ask = () => Promise.resolve(judgeBelow(++asked));
        const findings = await untilAll([0, 1, 2], ask, { seconds: 5, intervalMs: 1 });
        expect(findings).to.deep.equal([
            holds("0 is there"),
            holds("1 is there"),
            holds("2 is there"),
        ]);
        expect(asked).to.equal(3);
    });

    it("keeps the last answer when the time is over, and says so where it does not hold", async () => {
        const ask = () => Promise.resolve(judgeBelow(1));
        const findings = await untilAll([0, 1], ask, { seconds: 0, intervalMs: 1 });
        expect(findings).to.deep.equal([
            holds("0 is there"),
            fails("no 1 yet. Waited 0 s for it."),
        ]);
    });

    it("takes what is thrown for the finding of all", async () => {
        const ask = () => Promise.reject(new Error("connection refused"));
        const findings = await untilAll(["a", "b"], ask, { seconds: 0, intervalMs: 1 });
        const refused = fails("connection refused. Waited 0 s for it.");
        expect(findings).to.deep.equal([refused, refused]);
    });

    it("stops at once when it is told to", async () => {
        const stopped = AbortSignal.abort(new Error("stopped by the user"));
        const ask = () => Promise.resolve(judgeBelow(1));
        const waiting = untilAll([0], ask, { seconds: 60, intervalMs: 10, signal: stopped });
        const thrown = await waiting.catch((error: unknown) => error);
        expect(thrown).to.have.property("message", "stopped by the user");
    });
});
