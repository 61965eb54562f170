import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { execa } from "execa";

/** How to run a command. */
export interface RunOptions {
    readonly cwd?: string;
    /** Set on top of this process's environment. */
    readonly env?: Record<string, string>;
    /** Given to the command as its standard input. */
    readonly input?: Readable;
    /** What the command prints goes to this file too. */
    readonly log?: string;
    /** Ends the command when it fires. */
    readonly signal?: AbortSignal;
}

const tailLines = 12;

/** Runs a command to its end and gives its standard output; an error tells the command's last words. */
export async function run(
    command: string,
    args: readonly string[],
    options: RunOptions = {},
): Promise<string> {
    const child = execa(command, [...args], {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
        ...(options.input === undefined
            ? { stdin: "ignore" as const }
            : { input: options.input }),
        all: true,
        reject: false,
        maxBuffer: 64 * 1024 * 1024,
    });
    if (options.log !== undefined) {
        await mkdir(dirname(options.log), { recursive: true });
        child.all.pipe(createWriteStream(options.log, { flags: "a" }));
    }
    const result = await child;
    if (result.failed) {
        throw new Error(failure(command, args, result, options.log));
    }
    return result.stdout;
}

/** Whether a command ends well. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
    const result = await execa(command, [...args], { reject: false, stdio: "ignore" });
    return !result.failed;
}

interface Outcome {
    readonly exitCode?: number | undefined;
    readonly isCanceled: boolean;
    readonly all: string;
    readonly shortMessage?: string;
}

/** The sentence that tells how a command failed. */
export function failure(
    command: string,
    args: readonly string[],
    outcome: Outcome,
    log?: string,
): string {
    const line = [command, ...args].join(" ");
    if (outcome.isCanceled) return `${command} was stopped`;
    const how =
        outcome.exitCode === undefined
            ? (outcome.shortMessage ?? "did not run")
            : `exit code ${String(outcome.exitCode)}`;
    const words = outcome.all.trimEnd().split("\n").slice(-tailLines).join("\n    ");
    const where = log === undefined ? "" : `\n    (all of it: ${log})`;
    return `${line.slice(0, 300)}: ${how}\n    ${words}${where}`;
}
