// SPDX-License-Identifier: Apache-2.0

/** The message of what is thrown, for chai compares parts of messages only. */
export async function messageOf(run: () => unknown): Promise<string> {
    try {
        await run();
    } catch (error) {
        return error instanceof Error ? error.message : String(error);
    }
    throw new Error("nothing was thrown");
}
