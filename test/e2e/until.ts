// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";

const INTERVAL_MS = 200;
const DEADLINE_MS = 10 * 60 * 1000;

/** Waits until a condition holds, or the signal stops the waiting. */
export async function until(
    what: string,
    holds: () => Promise<boolean>,
    signal: AbortSignal,
): Promise<void> {
    const deadline = Date.now() + DEADLINE_MS;
    while (!(await holds())) {
        if (Date.now() > deadline) throw new Error(`gave up waiting until ${what}`);
        await pause(INTERVAL_MS, undefined, { signal });
    }
}
