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
    /** Runs to its end even after `stopCommands`: for what cleans up. */
    readonly unstoppable?: boolean;
}

const tailLines = 12;

const stopping = new AbortController();

/** Fires when everything is to end. */
export const stopSignal: AbortSignal = stopping.signal;

/** Ends every running command and lets no new one begin, but for those that clean up. */
export function stopCommands(): void {
    stopping.abort();
}

/** Runs a command to its end and gives its standard output; an error tells the command's last words. */
export async function run(
    command: string,
    args: readonly string[],
    options: RunOptions = {},
): Promise<string> {
    const child = execa(command, [...args], {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.unstoppable === true ? {} : { cancelSignal: stopSignal }),
        ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
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

/** A command and its arguments. */
export interface Command {
    readonly command: string;
    readonly args: readonly string[];
}

/** Runs two commands with the output of the first as the input of the second; both must end well. */
export async function runPiped(
    from: Command,
    to: Command,
    options: Pick<RunOptions, "log">,
): Promise<void> {
    const source = execa(from.command, [...from.args], {
        stdin: "ignore",
        cancelSignal: stopSignal,
        buffer: { stdout: false },
        reject: false,
    });
    const input = source.stdout;
    const [sink, ended] = await Promise.allSettled([
        run(to.command, to.args, { ...options, input }),
        source,
    ]);
    // Both are told: the end of either one makes the other fail too.
    const reasons: string[] = [];
    if (sink.status === "rejected") reasons.push((sink.reason as Error).message);
    if (ended.status === "fulfilled" && ended.value.failed) {
        const { exitCode, isCanceled, stderr, shortMessage } = ended.value;
        const outcome = { exitCode, isCanceled, all: stderr, shortMessage };
        reasons.push(failure(from.command, from.args, outcome));
    }
    if (reasons.length > 0) throw new Error(reasons.join("\n"));
}

interface Outcome {
    readonly exitCode?: number | undefined;
    readonly isCanceled: boolean;
    readonly all: string;
    readonly shortMessage?: string | undefined;
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
    const words = outcome.all
        .trimEnd()
        .split("\n")
        .slice(-tailLines)
        .map((text) => text.slice(0, 200))
        .join("\n    ");
    const where = log === undefined ? "" : `\n    (all of it: ${log})`;
    return `${line.slice(0, 300)}: ${how}\n    ${words}${where}`;
}
