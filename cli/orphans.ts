// SPDX-License-Identifier: Apache-2.0
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { dockerNetworks, kindNodes } from "../host/docker";
import { MARK } from "../plan/generation";
import { STACK_LABEL } from "../plan/hostCheck";
import type { HostFacts } from "../plan/hostFacts";
import { run } from "./child";
import { PROJECT, type Paths, ROOT } from "./paths";
import type { Environment } from "./pulumi";
import { StepError } from "./steps";

/** What a killed run has made of a stack and could not write down. */
export interface Orphans {
    /** Names of kind clusters. */
    readonly clusters: readonly string[];
    /** Names of docker networks. */
    readonly networks: readonly string[];
}

/**
 * The docker networks that carry a stack's label, and our kind clusters on them. A user's own, which
 * somebody attached there to reach ours, has no mark, and stays.
 */
export function findOrphans(
    stack: string,
    host: Pick<HostFacts, "dockerNetworks" | "kindNodes">,
): Orphans {
    const networks = host.dockerNetworks
        .filter(({ labels }) => labels[STACK_LABEL] === `${PROJECT}/${stack}`)
        .map(({ name }) => name);
    const nodes = host.kindNodes.filter(
        (node) =>
            node.networks.some((name) => networks.includes(name)) &&
            node.mounts.some((path) => path.startsWith(`${MARK}/`)),
    );
    return { clusters: nodes.map(({ cluster }) => cluster), networks };
}

/**
 * Removes what is left of a stack after it was destroyed. Runs are recorded only when they end, so
 * of one that was killed the state knows nothing; but the network has the stack's name on it.
 */
export async function removeOrphans(
    stack: string,
    env: Environment,
    say: (line: string) => void,
): Promise<string> {
    const host = { dockerNetworks: await dockerNetworks(), kindNodes: await kindNodes() };
    const { clusters, networks } = findOrphans(stack, host);
    for (const name of clusters) {
        say(`Removing kind cluster ${name}, which a killed run has left.`);
        // The file in the place of the user's own kubeconfig, which kind would edit.
        await must(["kind", "delete", "cluster", "--name", name, "--kubeconfig", "/dev/null"], env);
    }
    for (const name of networks) {
        say(`Removing docker network ${name}, which a killed run has left.`);
        await must(["docker", "network", "rm", name], env);
    }
    const removed = [...clusters, ...networks];
    return removed.length > 0 ? `removed ${removed.join(", ")}` : "none";
}

/**
 * Takes away what scripts of KindCluster that were killed have left beside their locks: kind's config,
 * and kubeconfigs. Otherwise it goes when a cluster of that name is made or destroyed again.
 */
export async function removeScratch(
    { cache }: Pick<Paths, "cache">,
    clusters: readonly string[],
): Promise<void> {
    for (const name of clusters) {
        for (const file of [name, `${name}_tmp`]) {
            await rm(join(cache, "locks", file), { recursive: true, force: true });
        }
    }
}

async function must([file = "", ...args]: readonly string[], env: Environment): Promise<void> {
    const { exitCode, stderr } = await run(file, args, { cwd: ROOT, env });
    if (exitCode !== 0) throw new StepError(`${file} ${args.join(" ")} failed`, [stderr]);
}
