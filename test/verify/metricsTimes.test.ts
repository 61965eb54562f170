// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { freshSeconds, visibleSeconds } from "../../verify/metricsTimes";

describe("times of metrics", () => {
    const every = (scrapeSeconds: number) => ({ central: "a", senders: ["a"], scrapeSeconds });

    it("follow the interval of scrapes", () => {
        expect([5, 15, 60].map((s) => freshSeconds(every(s)))).to.deep.equal([60, 60, 240]);
        expect([5, 15, 60].map((s) => visibleSeconds(every(s)))).to.deep.equal([60, 120, 390]);
    });
});
