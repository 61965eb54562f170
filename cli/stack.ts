// SPDX-License-Identifier: Apache-2.0
import { readdir } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { isAlive } from "../verify/probes";
import { judgeLocks, readLocks } from "./locks";
import { PROJECT, type Paths, hasStack } from "./paths";
import { type Environment, tell } from "./pulumi";
import { removeSalt } from "./stackConfig";
import { StepError } from "./steps";

/** Takes away what a killed run has left on a stack; a run that is still going is an error. */
export async function unlock(
    paths: Paths,
    stack: string,
    env: Environment,
    say: (line: string) => void,
): Promise<void> {
    const verdict = judgeLocks(await readLocks(paths, stack), hostname(), isAlive);
    if (verdict.state === "held") throw new StepError(verdict.reason);
    if (verdict.state === "free") return;
    say(`Removing a lock: ${verdict.reason}.`);
    await tell(["cancel", "--yes", "--stack", stack], env);
}

/** Makes a stack on the local backend if it isn't there, and selects it for plain pulumi. */
export async function selectStack(paths: Paths, stack: string, env: Environment): Promise<boolean> {
    const known = hasStack(paths, stack);
    if (!known) {
        // The salt in the file is of another backend, whose passphrase was another one.
        await removeSalt(stack);
        await tell(["stack", "init", stack], env);
    }
    await tell(["stack", "select", stack], env);
    return !known;
}

/** Forgets a stack, and leaves its file as it was before. */
export async function removeStack(stack: string, env: Environment): Promise<void> {
    await tell(["stack", "rm", stack, "--yes", "--preserve-config"], env);
    await removeSalt(stack);
}

/** The stacks of the local backend. */
export async function listStacks({ state }: Paths): Promise<string[]> {
    const folder = join(state, ".pulumi", "stacks", PROJECT);
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5));
}
