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
    const once = () => ask().catch((error: unknown) => fails(reasonOf(error)));
    const found = await poll(once, ({ ok }) => ok, patience);
    return found.ok ? found : afterWaiting(found, patience);
}

/**
 * The same for several subjects that one question is enough for: it is asked until the finding of
 * every subject holds. The question gives what judges a subject.
 */
export async function untilAll<T>(
    subjects: readonly T[],
    ask: () => Promise<(subject: T) => Finding>,
    patience: Patience,
): Promise<Finding[]> {
    const failed = (error: unknown) => () => fails(reasonOf(error));
    const once = async () => subjects.map(await ask().catch(failed));
    const found = await poll(once, (findings) => findings.every(({ ok }) => ok), patience);
    return found.map((finding) => (finding.ok ? finding : afterWaiting(finding, patience)));
}

async function poll<T>(
    ask: () => Promise<T>,
    isEnough: (answer: T) => boolean,
    { seconds, intervalMs, signal }: Patience,
): Promise<T> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
        signal?.throwIfAborted();
        const answer = await ask();
        signal?.throwIfAborted();
        if (isEnough(answer) || Date.now() + intervalMs > deadline) return answer;
        await wait(intervalMs, undefined, { signal }).catch(() => {
            // Its own error says only that something was aborted.
            signal?.throwIfAborted();
        });
    }
}

function afterWaiting({ ok, detail }: Finding, { seconds }: Patience): Finding {
    const end = /[.!?]$/.test(detail) ? "" : ".";
    return { ok, detail: `${detail}${end} Waited ${String(seconds)} s for it.` };
}
