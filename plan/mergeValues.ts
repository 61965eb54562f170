// SPDX-License-Identifier: Apache-2.0

type Values = Readonly<Record<string, unknown>>;

/** Merges Helm values as Helm does: maps key by key, everything else replaced by the later one. */
export function mergeValues(...layers: readonly Values[]): Record<string, unknown> {
    // A Map takes any key as it is, "__proto__" too.
    const merged = new Map<string, unknown>();
    for (const [key, value] of layers.flatMap((layer) => Object.entries(layer))) {
        const before = merged.get(key);
        merged.set(key, isMap(before) && isMap(value) ? mergeValues(before, value) : value);
    }
    return Object.fromEntries(merged);
}

function isMap(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
