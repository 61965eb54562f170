// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { type Outcome, carryOut } from "../e2e/carryOut";
import { elsewhere, loseCluster, restartCluster } from "../e2e/clusterDrills";
import {
    ALONE,
    CENTRAL,
    DRIFT_CONFIG,
    DRILLS,
    EDGE,
    IMPOSSIBLE,
    STACK,
    TOGETHER,
} from "../e2e/drills";
import { FleetUnderTest } from "../e2e/fleetUnderTest";
import { type DriftRow, formatDrift, inShort } from "../helpers/driftTable";
import { withBlock } from "../helpers/markedBlock";

const PAGE = join(resolve(__dirname, "../.."), "docs", "reliability.md");
const CLUSTER = "kind cluster";

/* Every drill, also those that others cannot be done with. The table of docs/reliability.md is what came of it. */
describe("drift, every drill", () => {
    let fleet: FleetUnderTest;
    const rows: DriftRow[] = [];
    before(async () => {
        fleet = await FleetUnderTest.create(STACK, DRIFT_CONFIG);
    });
    after(() => fleet.cleanUp());

    function keep(object: string, what: DriftRow["what"], named: string, { seconds }: Outcome) {
        rows.push({ object, what, named, seconds, others: 0 });
    }

    it("comes up, and nothing has drifted", async () => {
        await fleet.stack.up();
        await fleet.stack.previewNothing("--refresh");
    });

    for (const { name, drills } of [...TOGETHER, ...ALONE]) {
        it(`names and repairs exactly it: ${name}`, async () => {
            const { seconds } = await carryOut(fleet, drills);
            const others = drills.length - 1;
            for (const { object, what, expects, foresees } of drills) {
                const named = inShort([...expects, ...foresees]);
                rows.push({ object, what, named, seconds, others });
            }
        });
    }

    it("has nothing left to repair, and is verified", async () => {
        await fleet.stack.previewNothing("--refresh");
        await fleet.recovers();
    });

    it("names and repairs exactly it: a cluster that is gone", async () => {
        const outcome = await loseCluster(fleet, EDGE, CENTRAL);
        const others = elsewhere(outcome.named, EDGE);
        const inside = String(outcome.named.length - others.length);
        keep(
            CLUSTER,
            "deleted",
            `the cluster and all in it: ${inside}; ${inShort(others)}`,
            outcome,
        );
        await fleet.stack.previewNothing("--refresh");
    });

    it("has nothing to repair when a node was restarted, and is verified", async () => {
        keep(CLUSTER, "restarted", "nothing", await restartCluster(fleet, EDGE));
    });

    it("writes its table, of all drills or not at all", async () => {
        expect(rows.length).to.equal(DRILLS.length + 2);
        const page = await readFile(PAGE, "utf8");
        await writeFile(PAGE, withBlock(page, "drift", formatDrift(rows, IMPOSSIBLE)));
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
