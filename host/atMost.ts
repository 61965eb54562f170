// SPDX-License-Identifier: Apache-2.0

/**
 * What a step makes of each item, in their order, with so many under way at a time at most. After one
 * that fails none is begun.
 */
export async function mapAtMost<T, R>(
    limit: number,
    items: readonly T[],
    step: (item: T) => Promise<R>,
): Promise<R[]> {
    const results: R[] = [];
    // All share one iterator, so each item is taken once.
    const waiting = items.entries();
    let failed = false;
    const work = async () => {
        for (const [i, item] of waiting) {
            if (failed) return;
            results[i] = await step(item).catch((error: unknown) => {
                failed = true;
                throw error;
            });
        }
    };
    await Promise.all(Array.from({ length: limit }, work));
    return results;
}
