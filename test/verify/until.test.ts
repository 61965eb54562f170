// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fails, holds } from "../../verify/report";
import { until } from "../../verify/until";

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
});
