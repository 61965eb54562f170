// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { execa } from "execa";
import type { Docker } from "../../e2e/docker";
import { until } from "../../e2e/until";

const ROOT = resolve(__dirname, "../../..");
/** Docker starts what ran, and what is in a node needs longer: that is waited for elsewhere. */
const START_MS = 60_000;

/** Runs a command of the lab about its docker engine. */
async function lab(command: "start" | "status" | "stop"): Promise<string> {
    const args = ["run", "--silent", "lab", "--", "engine", command];
    const { stdout } = await execa("npm", args, { cwd: ROOT, stdin: "ignore" });
    return stdout;
}

/**
 * Restarts docker: the lab's engine, which has nothing else on it, or else only the nodes. Says which,
 * once they run again.
 */
export async function restartDocker(docker: Docker, nodes: readonly string[]): Promise<string> {
    const names = (await docker.run("container", "ls", "--format", "{{.Names}}")).split("\n");
    const others = names.filter((name) => name !== "" && !nodes.includes(name));
    const status = await lab("status");
    const mayRestart = others.length === 0 && /\(the lab's, process \d+\)/.test(status);
    if (mayRestart) {
        await lab("stop");
        await lab("start");
    } else {
        await docker.run("restart", ...nodes);
    }
    const run = async () => {
        const running = await Promise.all(nodes.map((node) => docker.isRunning(node)));
        return running.every(Boolean);
    };
    await until(`docker has started ${nodes.join(", ")}`, run, AbortSignal.timeout(START_MS));
    return mayRestart ? "the engine was restarted" : "the nodes were restarted";
}

/** The same, and the nodes come back with each other's addresses, as docker may give them out. */
export async function restartWithOtherAddresses(
    docker: Docker,
    network: string,
    nodes: readonly [string, string],
): Promise<string> {
    const addresses = async () => {
        const all = await Promise.all(nodes.map((node) => docker.address(node)));
        return all.join();
    };
    const before = await addresses();
    const what = await restartDocker(docker, nodes);
    if ((await addresses()) === before) await docker.swapAddresses(network, nodes);
    return `${what}, the nodes' addresses changed`;
}
