// SPDX-License-Identifier: Apache-2.0
import { type Outcome, run, stream } from "./child";
import type { Interrupts } from "./interrupt";
import { ROOT } from "./paths";
import { StepError } from "./steps";
import { withTemporary } from "./temporary";

/** The environment that pulumi runs in. */
export type Environment = Readonly<Record<string, string | undefined>>;

const FLAGS = ["--non-interactive", "--color", "never"];

/** What a shell, and our own runner, give for a program that isn't there. */
const NOT_FOUND = 127;

/** With these a run ends: what happened, once more. */
const SUMMARY = /^(Diagnostics|Outputs|Resources):/;

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

/**
 * Runs a pulumi command that changes things, showing what happens to each resource as it happens.
 * Gives all lines; those that say why it failed are in the error.
 */
export async function change(
    args: readonly string[],
    env: Environment,
    interrupts: Interrupts,
    say: (line: string) => void,
): Promise<string[]> {
    const lines: string[] = [];
    let over = false;
    const onLine = (line: string) => {
        lines.push(line);
        over ||= SUMMARY.test(line);
        if (!over && isNews(line)) say(line.trim());
    };
    const command = [...args, ...FLAGS];
    const exitCode = await withTemporary(env, (own) =>
        stream("pulumi", command, { cwd: ROOT, env: own }, interrupts, onLine),
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
    return (
        text !== "" &&
        !/^@ \w+ing\.*$/.test(text) &&
        !/ing( replacement| original)? \(\d+(\.\d+)?s\)( |$)/.test(text)
    );
}

/** What a run did to how many resources, from its summary. */
export function countChanges(lines: readonly string[]): string {
    const from = lines.findIndex((line) => line.startsWith("Resources:"));
    const counts = lines
        .slice(from + 1)
        .filter((line) => line.startsWith("    "))
        .flatMap((line) => line.match(/\d+ (?!changes)\w+/g) ?? []);
    return from < 0 ? "" : counts.join(", ");
}

/** The lines that say why a run failed: its diagnostics, or else its end. */
export function failureLines(lines: readonly string[]): string[] {
    const from = lines.findIndex((line) => line.startsWith("Diagnostics:"));
    const said = (from < 0 ? lines.slice(-TAIL) : lines.slice(from)).map((line) => line.trimEnd());
    // Each provider of a kind repeats the same warnings.
    return said.filter((line, i) => line === "" || said.indexOf(line) === i);
}
