// SPDX-License-Identifier: Apache-2.0

/** What is thrown. */
export async function thrownBy(run: () => unknown): Promise<unknown> {
    try {
        await run();
    } catch (error) {
        return error;
    }
    throw new Error("nothing was thrown");
}

/** The message of what is thrown, for chai compares parts of messages only. */
export async function messageOf(run: () => unknown): Promise<string> {
    const error = await thrownBy(run);
    return error instanceof Error ? error.message : String(error);
}
