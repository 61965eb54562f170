// SPDX-License-Identifier: Apache-2.0
import { setTimeout as wait } from "node:timers/promises";
import { type Finding, fails, reasonOf } from "./report";

/** How long a condition is asked for again. */
export interface Patience {
    /** After this many seconds the last answer stands. */
    readonly seconds: number;
    /** Time between two questions. */
    readonly intervalMs: number;
    /** Stops the waiting at once, by throwing its reason. */
    readonly signal?: AbortSignal | undefined;
}

/**
 * Asks until the finding holds, or the time is over; then the last finding stands, with how long it
 * was waited for. What a question throws is a finding that doesn't hold.
 */
export async function until(ask: () => Promise<Finding>, patience: Patience): Promise<Finding> {
    const deadline = Date.now() + patience.seconds * 1000;
    for (;;) {
        patience.signal?.throwIfAborted();
        const finding = await ask().catch((error: unknown) => fails(reasonOf(error)));
        patience.signal?.throwIfAborted();
        if (finding.ok) return finding;
        if (Date.now() + patience.intervalMs > deadline) return afterWaiting(finding, patience);
        await wait(patience.intervalMs, undefined, { signal: patience.signal });
    }
}

function afterWaiting({ ok, detail }: Finding, { seconds }: Patience): Finding {
    const end = /[.!?]$/.test(detail) ? "" : ".";
    return { ok, detail: `${detail}${end} Waited ${String(seconds)} s for it.` };
}
