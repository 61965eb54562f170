// SPDX-License-Identifier: Apache-2.0
import { carryOut } from "../e2e/carryOut";
import { restartCluster } from "../e2e/clusterDrills";
import { DRIFT_CONFIG, DRILLS, EDGE, STACK } from "../e2e/drills";
import { FleetUnderTest } from "../e2e/fleetUnderTest";

/*
 * The drills that do not get into each other's way, at once. One at a time, with all others: npm run
 * test:soak.
 */
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

    for (const what of ["edited", "deleted"] as const) {
        const drills = DRILLS.filter((drill) => drill.what === what && drill.alone === undefined);
        it(`names and repairs ${String(drills.length)} objects that were ${what}, and nothing else`, async () => {
            await carryOut(fleet, drills);
        });
    }

    it("has nothing to repair when a node was restarted, and is verified", async () => {
        await restartCluster(fleet, EDGE);
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
