// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

const MAX_OUTPUT = 64 * 1024 * 1024;

/** Output of a command, which gets its arguments as they are: no shell. */
export async function output(file: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(file, args, { maxBuffer: MAX_OUTPUT });
    return stdout;
}

/**
 * Output of a command that reads its standard input to the end.
 *
 * @param timeout milliseconds after which it is killed.
 */
export async function outputFor(
    input: string,
    timeout: number,
    file: string,
    ...args: string[]
): Promise<string> {
    const running = run(file, args, { maxBuffer: MAX_OUTPUT, timeout });
    const { stdin } = running.child;
    // One that ends before it has read everything says itself why.
    stdin?.on("error", () => undefined);
    stdin?.end(input);
    return (await running).stdout;
}

/** The first line of what a failed command had to say. */
export function reason(error: unknown): string {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return "it is not installed, or not on the PATH";
    return (stderr ?? String(error)).trim().split("\n")[0] ?? "";
}
