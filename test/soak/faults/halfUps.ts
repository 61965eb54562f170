// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { ROOT, hasStack, pathsOf, stackFile } from "../../../cli/paths";
import { leftFiles } from "../../e2e/files";
import { FleetUnderTest } from "../../e2e/fleetUnderTest";
import { endUpWhen } from "../../e2e/interrupt";
import { endProcesses, processesBelow } from "../../e2e/processes";
import { until } from "../../e2e/until";
import type { Scene } from "./scene";

/*
 * Half an `up`, and then the end of it. Beside a fleet that is there, which must not notice, and for which
 * `npm run down` leaves the docker engine running.
 */

const STACK = "e2e-half";
const NAMES = ["half-1", "half-2"];
const NETWORK = "istio-fleet-half";
const CONFIG = {
    clusters: NAMES.map((name) => ({ name })),
    network: { name: NETWORK, subnet: "172.16.16.0/20" },
};
const HALF_MS = 5 * 60 * 1000;

/** Whether one cluster has content already, and so the other one is being made or has some too. */
async function isHalfMade({ docker }: FleetUnderTest): Promise<boolean> {
    const get = ["get", "pods", "--namespace=metallb-system", "--output=name"];
    return (await docker.kubectl("half-1", ...get).catch(() => "")) !== "";
}

/** Ended by Ctrl-C, it is recorded, and plain `pulumi destroy` knows of it. */
export function halfAnUpIsStopped(scene: Scene): void {
    it("stopped in the middle, it is destroyed by plain pulumi", async () => {
        const fault = {
            id: "half-stopped",
            fault: "`up` stopped by Ctrl-C half-way",
            during: "`up` of another fleet",
        };
        await scene.attempt(fault, async (loss) => {
            const half = await FleetUnderTest.create(STACK, CONFIG);
            try {
                await endUpWhen(half.stack, "SIGINT", "there is content", () => isHalfMade(half));
                await half.destroy();
            } finally {
                await half.cleanUp();
            }
            expect(loss().lost).to.deep.equal([]);
            return "`pulumi destroy` left nothing of it";
        });
    });
}

/** Killed, it is recorded nowhere, and `npm run down` finds it by what docker says. */
export function halfAnUpIsKilled(scene: Scene): void {
    const ours = (...args: string[]) =>
        execa("npm", ["run", "--silent", ...args, "--", "--stack", STACK], {
            cwd: ROOT,
            stdin: "ignore",
            all: true,
            reject: false,
        });

    after(async () => {
        if (hasStack(pathsOf(), STACK)) await ours("down");
        await rm(stackFile(STACK), { force: true });
    });

    it("killed in the middle, all that `npm start` has begun goes with `npm run down`", async () => {
        const fault = {
            id: "half-killed",
            fault: "`npm start` killed half-way, with all below it",
            during: "`up` of another fleet",
        };
        const { docker } = scene.fleet;
        const files = () => leftFiles(join(tmpdir(), "not-there"));
        const filesBefore = await files();
        await scene.attempt(fault, async (loss) => {
            const entries = Object.entries(CONFIG);
            const config = Object.fromEntries(
                entries.map(([key, value]) => [`istio-fleet:${key}`, value]),
            );
            await writeFile(stackFile(STACK), JSON.stringify({ config }));
            const start = ours("start");
            const half = () => isHalfMade(scene.fleet);
            await until("there is content", half, AbortSignal.timeout(HALF_MS));
            if (start.pid === undefined) throw new Error("npm was not started");
            const below = await processesBelow(start.pid);
            endProcesses([start.pid, ...below.map(({ id }) => id)], "SIGKILL");
            await start;
            expect(await docker.containers("half-")).not.to.deep.equal([]);
            const { exitCode, all } = await ours("down");
            expect(exitCode, all).to.equal(0);
            expect(await docker.containers("half-")).to.deep.equal([]);
            expect(await docker.networks()).not.to.include(NETWORK);
            expect(hasStack(pathsOf(), STACK)).to.equal(false);
            expect(existsSync(stackFile(STACK))).to.equal(true);
            expect(await files()).to.deep.equal(filesBefore);
            expect(loss().lost).to.deep.equal([]);
            return "`npm run down` left nothing of it";
        });
    });
}
