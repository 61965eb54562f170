// SPDX-License-Identifier: Apache-2.0
import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Output of a command, which gets its arguments as they are: no shell. */
export async function output(file: string, ...args: string[]): Promise<string> {
    const { stdout } = await run(file, args, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
}

/** The first line of what a failed command had to say. */
export function reason(error: unknown): string {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (code === "ENOENT") return "it is not installed, or not on the PATH";
    return (stderr ?? String(error)).trim().split("\n")[0] ?? "";
}
