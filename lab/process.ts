import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
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

/** How long a command may take to end by itself once it is told to. */
const graceMs = 10_000;

interface Child extends Promise<{ failed: boolean }> {
    readonly pid?: number | undefined;
}

/** Ends a command with all that it started: a shell would wait for its children first. */
async function endOnStop(child: Child): Promise<void> {
    const send = (signal: "SIGTERM" | "SIGKILL") => {
        try {
            if (child.pid !== undefined) process.kill(-child.pid, signal);
        } catch {
            // the whole group has ended already
        }
    };
    let force: NodeJS.Timeout | undefined;
    const onStop = () => {
        send("SIGTERM");
        force = setTimeout(send, graceMs, "SIGKILL");
    };
    stopSignal.addEventListener("abort", onStop, { once: true });
    if (stopSignal.aborted) onStop();
    await child;
    stopSignal.removeEventListener("abort", onStop);
    clearTimeout(force);
}

/** Runs a command to its end and gives its standard output; an error tells the command's last words. */
export async function run(
    command: string,
    args: readonly string[],
    options: RunOptions = {},
): Promise<string> {
    // Nothing is awaited before the output has where to go, or the first of it would be lost.
    if (options.log !== undefined) mkdirSync(dirname(options.log), { recursive: true });
    const child = execa(command, [...args], {
        ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        ...(options.env === undefined ? {} : { env: options.env }),
        ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
        all: true,
        reject: false,
        detached: true, // a process group of its own, to be ended as a whole
        maxBuffer: 64 * 1024 * 1024,
    });
    if (options.unstoppable !== true) void endOnStop(child);
    const logged =
        options.log === undefined
            ? undefined
            : pipeline(child.all, createWriteStream(options.log, { flags: "a" }));
    const [result] = await Promise.all([child, logged]);
    if (!result.failed) return result.stdout;
    const { exitCode, all, shortMessage } = result;
    const stopped = options.unstoppable !== true && stopSignal.aborted;
    throw new Error(failure(command, args, { exitCode, all, shortMessage, stopped }, options.log));
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
        buffer: { stdout: false },
        reject: false,
        detached: true,
    });
    void endOnStop(source);
    const input = source.stdout;
    const [sink, ended] = await Promise.allSettled([
        run(to.command, to.args, { ...options, input }),
        source,
    ]);
    // Both are told: the end of either one makes the other fail too.
    const reasons: string[] = [];
    if (sink.status === "rejected") reasons.push((sink.reason as Error).message);
    if (ended.status === "fulfilled" && ended.value.failed) {
        const { exitCode, stderr, shortMessage } = ended.value;
        const outcome = { exitCode, all: stderr, shortMessage, stopped: stopSignal.aborted };
        reasons.push(failure(from.command, from.args, outcome));
    }
    if (reasons.length > 0) throw new Error(reasons.join("\n"));
}

interface Outcome {
    readonly exitCode?: number | undefined;
    readonly stopped: boolean;
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
    if (outcome.stopped) return `${command} was stopped`;
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
