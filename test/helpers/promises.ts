// SPDX-License-Identifier: Apache-2.0
import { setImmediate } from "node:timers/promises";

/** Pulumi takes a stack trace for every promise, which is four fifths of the time of these tests. */
export async function withoutStackTraces<T>(run: () => Promise<T>): Promise<T> {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return await run();
    } finally {
        Error.stackTraceLimit = limit;
    }
}

/**
 * A resource that cannot be registered is a rejected promise that nobody waits for, and whatever
 * depends on it may wait for ever. Here it is what the program fails with.
 */
export async function orFirstFailure<T>(run: () => Promise<T>): Promise<T> {
    const others = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    const failed = new Promise<never>((_, reject) => {
        process.on("unhandledRejection", reject);
    });
    try {
        const result = await Promise.race([run(), failed]);
        // Node reports what was rejected last only when it comes back to the event loop.
        await Promise.race([setImmediate(), failed]);
        return result;
    } finally {
        await setImmediate();
        process.removeAllListeners("unhandledRejection");
        for (const listener of others) process.on("unhandledRejection", listener);
    }
}
