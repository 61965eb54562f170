// SPDX-License-Identifier: Apache-2.0

/** A source of numbers from 0 to 1. */
export type Random = () => number;

/** The seed that SOAK_SEED gives, for a run to be repeated, or else one of the moment. */
export function seedOf({ SOAK_SEED: given }: NodeJS.ProcessEnv, now = Date.now()): number {
    if (given === undefined || given === "") return now % 1_000_000;
    const seed = Number(given);
    if (Number.isInteger(seed) && seed >= 0) return seed;
    throw new Error(`SOAK_SEED is "${given}" and must be a whole number, not below 0`);
}

/** The same numbers for the same seed (mulberry32). */
export function randomOf(seed: number): Random {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}
