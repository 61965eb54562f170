// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { endProcesses, pluginsOf, processesBelow } from "./processes";
import type { Stack } from "./stack";
import { until } from "./until";

/** Ends an `up` by a signal as soon as a condition holds, which must be before its end. */
export async function endUpWhen(
    stack: Stack,
    signal: "SIGINT" | "SIGKILL",
    what: string,
    holds: () => Promise<boolean>,
): Promise<void> {
    const up = stack.startUp();
    const watch = new AbortController();
    const ended = up.then(() => "ended" as const);
    const reached = until(what, holds, watch.signal).then(() => "reached" as const);
    const first = await Promise.race([ended, reached]);
    watch.abort();
    await reached.catch(() => undefined);
    expect(first, `up ended before: ${what}`).to.equal("reached");
    if (signal === "SIGKILL") {
        await killRun(stack, up, "pulumi");
    } else {
        up.kill(signal);
        await up;
    }
}

/** Who is killed: pulumi alone, which leaves its plugins and their scripts, or all below it too. */
export type Victims = "pulumi" | "all";

/** Kills an `up` that has run for a time. False where it had ended by itself. */
export async function killUpAfter(stack: Stack, ms: number, victims: Victims): Promise<boolean> {
    const up = stack.startUp();
    const timer = new AbortController();
    const late = pause(ms, "late" as const, { signal: timer.signal }).catch(() => "late" as const);
    const first = await Promise.race([up.then(() => "ended" as const), late]);
    timer.abort();
    if (first === "ended") return false;
    await killRun(stack, up, victims);
    return true;
}

type Run = ReturnType<Stack["startUp"]>;

async function killRun(stack: Stack, run: Run, victims: Victims): Promise<void> {
    const id = run.pid;
    if (id === undefined) throw new Error("pulumi was not started");
    const plugins = await pluginsOf(id);
    const below = victims === "all" ? (await processesBelow(id)).map((process) => process.id) : [];
    endProcesses([id, ...below], "SIGKILL");
    await run;
    // A killed pulumi leaves its plugins and its lock.
    endProcesses(plugins);
    await stack.cancel();
}
