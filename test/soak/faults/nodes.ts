// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { Config } from "../../e2e/fleetUnderTest";
import { until } from "../../e2e/until";
import { restartDocker, restartWithOtherAddresses } from "./engine";
import type { Scene } from "./scene";

const RESTART_MS = 60_000;
/** How long an `up` may go on once docker is back, before it is told to stop. */
const UP_MS = 4 * 60 * 1000;
const ISTIOD = ["--namespace", "istio-system", "get", "deployment/istiod"];

/** The first process of a node dies, as when the kernel ends it; that takes root, and docker on this machine. */
export function nodeCrashes(scene: Scene): void {
    const [, there] = scene.clusters;

    it("is started again by docker, and nothing else has to be done", async () => {
        const node = scene.node(there);
        const before = await scene.objects();
        const fault = {
            id: "node-crashed",
            fault: `the node of ${there} crashed`,
            during: "traffic",
        };
        await scene.attempt(fault, async () => {
            const { docker } = scene.fleet;
            const started = () => docker.fact(node, "{{.State.StartedAt}}");
            const first = await started();
            process.kill(Number(await docker.fact(node, "{{.State.Pid}}")), "SIGKILL");
            const again = async () => (await started()) !== first && (await docker.isRunning(node));
            await until("docker starts it again", again, AbortSignal.timeout(RESTART_MS));
            await scene.recovered();
            return "by itself: verified, preview empty";
        });
        expect(await scene.objects()).to.deep.equal(before);
    });
}

/** Docker does not start what somebody has killed by its own command. */
export function nodeIsKilled(scene: Scene): void {
    const [, there] = scene.clusters;

    it("stays down, a preview says so, and `docker start` is all that it needs", async () => {
        const node = scene.node(there);
        const before = await scene.objects();
        const fault = {
            id: "node-killed",
            fault: `the node of ${there} killed by \`docker kill\``,
            during: "traffic",
        };
        await scene.attempt(fault, async () => {
            const { docker, stack } = scene.fleet;
            await docker.run("kill", node);
            await pause(3000);
            expect(await docker.isRunning(node)).to.equal(false);
            await stack.preview().catch(() => undefined);
            expect(stack.said.at(-1)?.text).to.match(/unreachable/i);
            await docker.run("start", node);
            await scene.recovered();
            return "by `docker start`: verified, preview empty";
        });
        expect(await scene.objects()).to.deep.equal(before);
    });
}

/** Docker is restarted while requests are on their way, and while `up` rolls istiod. */
export function dockerIsRestarted(scene: Scene, network: string, changed: Config): void {
    it("comes back by itself under traffic, with other addresses", async () => {
        const before = await scene.objects();
        const fault = { id: "docker-traffic", fault: "docker restarted", during: "traffic" };
        await scene.attempt(fault, async () => {
            const { docker } = scene.fleet;
            const what = await restartWithOtherAddresses(docker, network, scene.nodes);
            await scene.recovered("--refresh");
            return `by itself, ${what}: verified, preview with refresh empty`;
        });
        expect(await scene.objects()).to.deep.equal(before);
    });

    it("is finished by the next `up` where it came in the middle of one", async () => {
        const { docker, stack } = scene.fleet;
        const before = await scene.objects();
        const generation = () =>
            docker.kubectl(
                scene.clusters[0],
                ...ISTIOD,
                "--output=jsonpath={.metadata.generation}",
            );
        const first = await generation();
        await stack.configure(changed);
        const fault = { id: "docker-up", fault: "docker restarted", during: "`up`, traffic" };
        await scene.attempt(fault, async () => {
            const up = stack.startUp();
            const rolled = async () => (await generation()) !== first;
            await until("up rolls istiod", rolled, AbortSignal.timeout(RESTART_MS));
            const what = await restartDocker(docker, scene.nodes);
            const timer = setTimeout(() => up.kill("SIGINT"), UP_MS);
            const { exitCode } = await up;
            clearTimeout(timer);
            await scene.fleet.recovers();
            await stack.up();
            await scene.recovered();
            const outcome = exitCode === 0 ? "ended well" : "failed";
            return `by the next \`up\` (${what}, the first one ${outcome}): verified, preview empty`;
        });
        expect(await scene.objects()).to.deep.equal(before);
    });
}
