// SPDX-License-Identifier: Apache-2.0
import leven from "leven";

/** The candidate nearest to what was typed, or undefined when none is near enough to be a slip. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
    const limit = Math.max(2, Math.floor(typed.length / 3));
    const ranked = candidates
        // They are at least as far apart as their lengths, and to find out how far takes both times.
        .filter((candidate) => Math.abs(candidate.length - typed.length) <= limit)
        .map((candidate) => ({ candidate, distance: leven(typed, candidate) }))
        .sort((a, b) => a.distance - b.distance);
    const best = ranked[0];
    return best && best.distance <= limit ? best.candidate : undefined;
}
