// SPDX-License-Identifier: Apache-2.0
import { carryOut } from "./carryOut";
import { DRIFT_CONFIG, STACK, TOGETHER } from "./drills";
import { FleetUnderTest } from "./fleetUnderTest";

/* The drills that do not get into each other's way. The others are in test/soak/drift.test.ts. */
describe("drift: what is changed by hand is named, and repaired", () => {
    let fleet: FleetUnderTest;
    before(async () => {
        fleet = await FleetUnderTest.create(STACK, DRIFT_CONFIG);
    });
    after(() => fleet.cleanUp());

    it("comes up, and nothing has drifted", async () => {
        await fleet.stack.up();
        await fleet.stack.previewNothing("--refresh");
    });

    for (const { name, drills } of TOGETHER) {
        it(`names and repairs ${name}, and nothing else`, async () => {
            await carryOut(fleet, drills);
        });
    }

    it("is verified, and destroys, and leaves nothing", async () => {
        await fleet.recovers();
        await fleet.destroy();
    });
});
