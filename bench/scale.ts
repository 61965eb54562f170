// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { diagnoseMemory } from "../cli/diagnose";
import { limitToSet, raiseCommand } from "../cli/inotify";
import { kindNodes } from "../host/docker";
import { inotifyLimit, memory, raiseInotifyLimit } from "../host/machine";
import { Docker } from "../test/e2e/docker";
import { fleetEnvironment } from "../test/e2e/environment";
import { Stack } from "../test/e2e/stack";
import { watchProcesses } from "./processes";
import { type Measured, formatTable, parseSizes, parseUsage } from "./scaleReport";
import { seconds } from "./seconds";

/*
 * Measures full meshes of real clusters, one size after the other, each from nothing to nothing:
 *
 *   npm run bench:scale -- [--clusters 1,2,4,8] [--json]
 */
const STACK = "bench-scale";
const PREFIX = "scale-";
const NETWORK = { name: "istio-fleet-scale", subnet: "172.29.0.0/16" };

/** Clusters still unpack and settle when they are up. */
const REST_MS = 60_000;

function configOf(size: number): Record<string, unknown> {
    const clusters = Array.from({ length: size }, (_, i) => ({ name: PREFIX + String(i + 1) }));
    return { clusters, edges: "full-mesh", network: NETWORK };
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/** Raises the limit that the clusters need; `npm start` does it for the clusters of its own stack. */
async function allowClusters(size: number): Promise<void> {
    const others = (await kindNodes()).filter(
        ({ cluster, running }) => running && !cluster.startsWith(PREFIX),
    );
    const present = await inotifyLimit();
    const limit = present === undefined ? undefined : limitToSet(present, size + others.length);
    if (limit !== undefined && !(await raiseInotifyLimit(limit))) {
        throw new Error(
            `${String(size)} clusters need more inotify instances: ${raiseCommand(limit)}`,
        );
    }
    const diagnosis = diagnoseMemory((await memory()).available, size);
    if (!diagnosis.ok) say(`Warning: ${diagnosis.detail}`);
}

async function measure(
    size: number,
    environment: NodeJS.ProcessEnv,
    signal: AbortSignal,
): Promise<Measured> {
    signal.throwIfAborted();
    const timed = (what: string, step: () => Promise<unknown>) =>
        seconds(`${String(size)} clusters, ${what}`, step);
    const docker = new Docker(environment);
    const before = (await memory()).available;
    const stack = await Stack.create(STACK, configOf(size), environment);
    try {
        const stopWatching = watchProcesses();
        const up = await timed("up", () => stack.up()).finally(stopWatching);
        const preview = await timed("preview", () => stack.previewNothing());
        const state = await stack.exported();
        await pause(REST_MS, undefined, { signal }).catch(() => {
            signal.throwIfAborted();
        });
        const nodesBytes = await nodesMemory(docker);
        const hostBytes = before - (await memory()).available;
        const destroy = await timed("destroy", () => stack.destroy());
        return {
            clusters: size,
            edges: size * (size - 1),
            up,
            preview,
            destroy,
            nodesBytes,
            hostBytes,
            processes: stopWatching(),
            stateBytes: Buffer.byteLength(state),
            resources: countResources(state),
        };
    } finally {
        await stack.cleanUp();
    }
}

/** Memory of all nodes of the clusters, in bytes. */
async function nodesMemory(docker: Docker): Promise<number> {
    const nodes = await docker.containers(PREFIX);
    const stats = await docker.run("stats", "--no-stream", "--format", "{{.MemUsage}}", ...nodes);
    return stats
        .split("\n")
        .filter((line) => line !== "")
        .reduce((sum, line) => sum + parseUsage(line), 0);
}

function countResources(state: string): number {
    const { deployment } = JSON.parse(state) as { deployment: { resources?: unknown[] } };
    return deployment.resources?.length ?? 0;
}

/** Aborts at the first Ctrl-C. Pulumi gets that too: its run fails, and the clusters are destroyed. */
function interrupts(): AbortSignal {
    const controller = new AbortController();
    process.once("SIGINT", () => {
        say("Takes away what was made. Once more, and it stays.");
        controller.abort(new Error("interrupted"));
    });
    return controller.signal;
}

async function main(): Promise<void> {
    const { values } = parseArgs({
        options: {
            clusters: { type: "string", default: "1,2,4,8" },
            json: { type: "boolean", default: false },
        },
    });
    const sizes = parseSizes(values.clusters);
    const environment = await fleetEnvironment();
    await allowClusters(Math.max(...sizes));
    const signal = interrupts();
    const rows: Measured[] = [];
    try {
        for (const size of sizes) rows.push(await measure(size, environment, signal));
    } finally {
        // Also when a larger fleet has failed: hours may be in these.
        if (rows.length > 0) {
            process.stdout.write(values.json ? `${JSON.stringify(rows)}\n` : formatTable(rows));
        }
    }
}

void main().catch((error: unknown) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
});
