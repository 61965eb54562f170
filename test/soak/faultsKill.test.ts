// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { Config } from "../e2e/fleetUnderTest";
import { type Victims, killUpAfter } from "../e2e/interrupt";
import { KILLS, KILL_FAULTS, killId } from "./faults/faults";
import { randomOf, seedOf } from "./faults/random";
import { FaultReport } from "./faults/report";
import { Scene } from "./faults/scene";

const CLUSTERS = ["kill-1", "kill-2"] as const;
const [A, B] = CLUSTERS;
const NETWORK = { name: "istio-fleet-kills", subnet: "172.16.32.0/20" };
const SMALL = {
    clusters: CLUSTERS.map((name) => ({ name })),
    edges: [`${A} <-> ${B}`],
    network: NETWORK,
};
/** One cluster more, two edges, and another istiod everywhere. */
const LARGE = {
    clusters: [...CLUSTERS, "kill-3"].map((name) => ({ name })),
    edges: [`${A} <-> ${B}`, `${A} -> kill-3`, `kill-3 -> ${B}`],
    network: NETWORK,
    values: { istiod: { env: { PILOT_DEBOUNCE_AFTER: "150ms" } } },
};

/** What an `up` does, and about how long it takes on two cores. */
interface Work {
    readonly what: string;
    /** Undefined for nothing at all. */
    readonly from: Config | undefined;
    readonly to: Config;
    readonly seconds: number;
}
const MAKES: Work = { what: "makes two clusters", from: undefined, to: SMALL, seconds: 42 };
const ADDS: Work = { what: "adds a third cluster, traffic", from: SMALL, to: LARGE, seconds: 28 };
const REMOVES: Work = { what: "removes it again, traffic", from: LARGE, to: SMALL, seconds: 9 };

/** The first two begin with nothing; then there is traffic. */
const WORKS = Array.from({ length: KILLS }, (_, i) =>
    i < 2 ? MAKES : i % 2 === 0 ? ADDS : REMOVES,
);

describe("pulumi is killed at ten random moments", () => {
    const seed = seedOf(process.env);
    const random = randomOf(seed);
    const report = new FaultReport("kills", KILL_FAULTS);
    const edges = [
        [A, B],
        [B, A],
    ] as const;
    const scene = new Scene("e2e-kills", CLUSTERS, SMALL, edges, report);

    before(async () => {
        process.stdout.write(`    SOAK_SEED=${String(seed)}\n`);
        report.addSeed(seed);
        await scene.open();
    });
    after(async () => {
        await scene.close();
        process.stdout.write(`    ${await report.write()}\n`);
    });

    /** Goes back to where a piece of work begins. */
    async function goBack({ from }: Work): Promise<void> {
        if (from === undefined) {
            await scene.fleet.stack.destroy();
        } else {
            await scene.fleet.stack.configure(from);
            await scene.fleet.stack.up();
        }
    }

    /** Kills an `up` in the middle, and says when; one that was done before is tried again, earlier. */
    async function killIn(work: Work, victims: Victims): Promise<number> {
        await scene.fleet.stack.configure(work.to);
        for (let seconds = random() * work.seconds; ; seconds /= 2) {
            if (await killUpAfter(scene.fleet.stack, seconds * 1000, victims)) return seconds;
            await goBack(work);
            await scene.fleet.stack.configure(work.to);
        }
    }

    for (const [i, work] of WORKS.entries()) {
        const victims: Victims = random() < 0.5 ? "pulumi" : "all";
        const whom = victims === "all" ? "pulumi and all below it" : "pulumi alone";

        it(`${String(i + 1)}: ${whom}, while an \`up\` ${work.what}; the next \`up\` goes on`, async () => {
            const fault = { id: killId(i), fault: `${whom} killed`, during: `\`up\` ${work.what}` };
            await scene.attempt(fault, async (loss) => {
                const seconds = await killIn(work, victims);
                await scene.fleet.stack.up();
                await scene.recovered();
                expect(loss().lost).to.deep.equal([]);
                return `killed after ${seconds.toFixed(1)} s; by the next \`up\`: verified, preview empty`;
            });
            if (i === 0) await destroyAndStartAgain();
            if (i === 1) await scene.startTraffic();
            await scene.rememberSecrets();
        });
    }

    async function destroyAndStartAgain(): Promise<void> {
        await scene.rememberSecrets();
        const fault = { id: "destroy-none-gone", fault: "no cluster gone", during: "`destroy`" };
        await scene.attempt(fault, async () => {
            await scene.fleet.destroy();
            return "`pulumi destroy` left nothing";
        });
    }

    it("has let no secret out", async () => {
        await scene.stopTraffic();
        await scene.expectNoLeaks();
    });

    it("is destroyed with all clusters gone, and leaves nothing", async () => {
        const fault = { id: "destroy-all-gone", fault: "all clusters gone", during: "`destroy`" };
        await scene.attempt(fault, async () => {
            for (const node of scene.nodes) await scene.fleet.docker.remove(node);
            await scene.fleet.destroy();
            return "`pulumi destroy` left nothing";
        });
    });
});
