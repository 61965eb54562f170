// SPDX-License-Identifier: Apache-2.0
import { execa } from "execa";
import type { Interrupts } from "./interrupt";

/** How a child process is run. Arguments are never seen by a shell. */
export interface ChildOptions {
    readonly cwd: string;
    /** The whole environment. */
    readonly env: Readonly<Record<string, string | undefined>>;
    /** Its standard input. Defaults to none. */
    readonly input?: string;
}

/** What came of a child process. */
export interface Outcome {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a child to its end. One that can't be started has exit code 127, as in a shell. */
export async function run(
    file: string,
    args: readonly string[],
    { cwd, env, input }: ChildOptions,
): Promise<Outcome> {
    const result = await execa(file, args, {
        cwd,
        env,
        extendEnv: false,
        ...(input === undefined ? { stdin: "ignore" } : { input }),
        reject: false,
        maxBuffer: 256 * 1024 * 1024,
    });
    const { exitCode, stdout, stderr, originalMessage } = result;
    return { exitCode: exitCode ?? 127, stdout, stderr: stderr || (originalMessage ?? "") };
}

/**
 * Runs a child line by line. It gets a session of its own: Ctrl-C in a terminal goes to everything
 * in the foreground, and pulumi takes a second SIGINT as "drop everything". So it gets exactly the
 * signals that this process gets, as SIGINT.
 */
export async function stream(
    file: string,
    args: readonly string[],
    options: ChildOptions,
    interrupts: Interrupts,
    onLine: (line: string) => void,
): Promise<number> {
    interrupts.signal.throwIfAborted();
    const child = execa(file, args, {
        cwd: options.cwd,
        env: options.env,
        extendEnv: false,
        stdin: "ignore",
        all: true,
        buffer: false,
        reject: false,
        detached: true,
        cleanup: false,
    });
    const stop = interrupts.onEach(() => child.kill("SIGINT"));
    try {
        for await (const line of child.iterable({ from: "all" })) onLine(line);
        const { exitCode, originalMessage } = await child;
        interrupts.signal.throwIfAborted();
        if (exitCode === undefined && originalMessage) onLine(originalMessage);
        return exitCode ?? 127;
    } finally {
        stop();
    }
}
