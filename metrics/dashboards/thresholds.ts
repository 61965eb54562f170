// SPDX-License-Identifier: Apache-2.0
import type { Thresholds } from "./schema";

/** The more, the worse. */
export function badFrom(orange: number, red: number): Thresholds {
    return steps("green", [orange, "orange"], [red, "red"]);
}

/** The less, the worse. */
export function badBelow(red: number, orange: number): Thresholds {
    return steps("red", [red, "orange"], [orange, "green"]);
}

/** Shades of one colour, for amounts that are neither good nor bad. */
export function shades(...from: readonly [number, number, number]): Thresholds {
    const [some, more, most] = from;
    return steps(
        "transparent",
        [some, "super-light-blue"],
        [more, "light-blue"],
        [most, "semi-dark-blue"],
    );
}

function steps(base: string, ...more: readonly (readonly [number, string])[]): Thresholds {
    return {
        mode: "absolute",
        // The first step has no value in JSON, where there is no -Infinity.
        steps: [{ color: base, value: null }, ...more.map(([value, color]) => ({ color, value }))],
    };
}
