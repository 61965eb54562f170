// SPDX-License-Identifier: Apache-2.0
import { type Outcome, run, stream } from "./child";
import type { Interrupts } from "./interrupt";
import { ROOT } from "./paths";
import { StepError } from "./steps";

/** The environment that pulumi runs in. */
export type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS = ["--non-interactive", "--color", "never"];

/** What a shell, and our own runner, give for a program that isn't there. */
const NOT_FOUND = 127;

/** How many of its last lines a failed run shows when it says nothing about the reason. */
const TAIL = 30;

/** Runs a pulumi command that gives an answer. */
export async function ask(
    args: readonly string[],
    env: Environment,
    input?: string,
): Promise<Outcome> {
    const options = { cwd: ROOT, env, ...(input === undefined ? {} : { input }) };
    return run("pulumi", [...args, ...FLAGS], options);
}

/** The same; anything but success is an error that has pulumi's own words. */
export async function tell(
    args: readonly string[],
    env: Environment,
    input?: string,
): Promise<string> {
    const { exitCode, stdout, stderr } = await ask(args, env, input);
    if (exitCode === 0) return stdout;
    if (exitCode === NOT_FOUND) throw new StepError("pulumi is not here yet: `npm start` gets it");
    const words = `${stderr}\n${stdout}`.trim().split("\n");
    throw new StepError(`pulumi ${args.slice(0, 2).join(" ")} failed`, words.slice(-TAIL));
}

/** Runs a pulumi command that changes things, showing its lines as they come; gives them all. */
export async function change(
    args: readonly string[],
    env: Environment,
    interrupts: Interrupts,
    say: (line: string) => void,
): Promise<string[]> {
    const lines: string[] = [];
    const exitCode = await stream(
        "pulumi",
        [...args, ...FLAGS],
        { cwd: ROOT, env },
        interrupts,
        (line) => {
            lines.push(line);
            if (isNews(line)) say(line.trim());
        },
    );
    if (exitCode === 0) return lines;
    throw new StepError(`pulumi ${args[0] ?? ""} failed`, failureLines(lines));
}

/**
 * Whether a line of a run is worth a line of ours. Each resource has one when it begins, any number
 * while it waits, and one with the time it took when it ends: only the last one says something that
 * stays true. What fails is told again at the end of the run.
 */
export function isNews(line: string): boolean {
    const text = line.trim();
    return text !== "" && !/^@ \w+ing\.*$/.test(text) && !/ing \(\d+(\.\d+)?s\)( |$)/.test(text);
}

/** The lines that say why a run failed: its diagnostics, or else its end. */
export function failureLines(lines: readonly string[]): string[] {
    const from = lines.findIndex((line) => line.startsWith("Diagnostics:"));
    return (from < 0 ? lines.slice(-TAIL) : lines.slice(from)).map((line) => line.trimEnd());
}
