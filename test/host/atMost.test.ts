// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from "node:timers/promises";
import { expect } from "chai";
import fc from "fast-check";
import { mapAtMost } from "../../host/atMost";
import { messageOf } from "../helpers/errors";

describe("mapAtMost", () => {
    it("gives the results in the items' order, and never has more than so many under way", async () => {
        const steps = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 20 });
        await fc.assert(
            fc.asyncProperty(fc.integer({ min: 1, max: 5 }), steps, async (limit, items) => {
                let [running, most] = [0, 0];
                const results = await mapAtMost(limit, items, async (ticks) => {
                    most = Math.max(most, ++running);
                    for (let i = 0; i < ticks; i++) await setImmediate();
                    running--;
                    return ticks * 2;
                });
                expect(results).to.deep.equal(items.map((ticks) => ticks * 2));
                expect(most).to.equal(Math.min(limit, items.length));
            }),
        );
    });

    it("begins nothing more once one has failed", async () => {
        const begun: number[] = [];
        const run = () =>
            mapAtMost(2, [0, 1, 2, 3, 4], async (item) => {
                begun.push(item);
                await setImmediate();
                if (item === 0) throw new Error("no");
            });
        expect(await messageOf(run)).to.equal("no");
        await setImmediate();
        expect(begun).to.deep.equal([0, 1]);
    });
});
