// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { fleetEnvironment } from "../test/e2e/environment";
import { Stack } from "../test/e2e/stack";
import { seconds } from "./seconds";

/*
 * Measures the program against plain shell that makes the same three clusters, in one run on one
 * machine: absolute times say little, the ratio does.
 */
const CONFIG = {
    clusters: [{ name: "bench-1" }, { name: "bench-2" }, { name: "bench-3" }],
    edges: ["bench-1 <-> bench-2", "bench-1 -> bench-3", "bench-2 -> bench-3"],
    network: { name: "istio-fleet-bench", subnet: "172.27.0.0/16" },
};

/** Seconds of each step. */
interface Times {
    readonly up: number;
    readonly preview: number;
    readonly destroy: number;
    readonly baseline: number;
}

async function measureFleet(environment: NodeJS.ProcessEnv): Promise<Omit<Times, "baseline">> {
    const stack = await Stack.create("bench", CONFIG, environment);
    try {
        const up = await seconds("up", () => stack.up());
        const preview = await seconds("preview", () => stack.previewNothing());
        const destroy = await seconds("destroy", () => stack.destroy());
        return { up, preview, destroy };
    } finally {
        await stack.cleanUp();
    }
}

async function measureBaseline(environment: NodeJS.ProcessEnv): Promise<number> {
    const script = join(__dirname, "baseline.sh");
    const bundle = environment.ISTIO_FLEET_BUNDLE;
    const env = { ...environment, ...(bundle === undefined ? {} : { BUNDLE: bundle }) };
    const run = (step: string) =>
        execa(script, [step], { env, stdout: "ignore", stderr: "inherit" });
    try {
        return await seconds("baseline", () => run("up"));
    } finally {
        await run("down");
    }
}

function table({ up, preview, destroy, baseline }: Times): string {
    const rows: [string, number, string][] = [
        ["baseline.sh up", baseline, ""],
        ["pulumi up", up, `${(up / baseline).toFixed(2)} of the baseline; at most 1.00`],
        ["pulumi preview, no changes", preview, "at most 15 s"],
        ["pulumi destroy", destroy, "at most 20 s"],
    ];
    return rows
        .map(([what, time, target]) =>
            [what.padEnd(27), `${time.toFixed(1)} s`.padStart(8), target].join("  ").trimEnd(),
        )
        .join("\n");
}

async function main(): Promise<void> {
    const { values } = parseArgs({ options: { json: { type: "boolean", default: false } } });
    const environment = await fleetEnvironment();
    const baseline = await measureBaseline(environment);
    const times: Times = { ...(await measureFleet(environment)), baseline };
    process.stdout.write(`${values.json ? JSON.stringify(times) : table(times)}\n`);
}

void main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
});
