// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stream } from "./child";
import type { Interrupts } from "./interrupt";
import { ROOT } from "./paths";
import { StepError } from "./steps";

const LAB = join("lab", "main.ts");

/** How many of the lab's last lines are shown when it fails. */
const TAIL = 15;

/** Runs a command of the lab, in a process of its own, and shows its lines. */
export async function runLab(
    args: readonly string[],
    interrupts: Interrupts,
    say: (line: string) => void,
): Promise<void> {
    const lines: string[] = [];
    const exitCode = await streamLab(args, interrupts, (line) => {
        lines.push(line);
        if (line.trim() !== "") say(line);
    });
    if (exitCode !== 0) throw new StepError(`lab ${args.join(" ")} failed`, lines.slice(-TAIL));
}

/** Whether everything that the lab makes is there, by its present recipes. */
export async function isLabUpToDate(interrupts: Interrupts): Promise<boolean> {
    return (await streamLab(["status"], interrupts, () => undefined)) === 0;
}

async function streamLab(
    args: readonly string[],
    interrupts: Interrupts,
    onLine: (line: string) => void,
): Promise<number> {
    if (!existsSync(join(ROOT, LAB))) {
        throw new StepError("the lab is not part of this copy of the project: lab/ is missing");
    }
    const command = ["-r", "ts-node/register", LAB, ...args];
    return stream(process.execPath, command, { cwd: ROOT, env: process.env }, interrupts, onLine);
}
