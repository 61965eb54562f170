// SPDX-License-Identifier: Apache-2.0

type Values = Readonly<Record<string, unknown>>;

/** Merges Helm values as Helm does: maps key by key, everything else replaced by the later one. */
export function mergeValues(...layers: readonly Values[]): Record<string, unknown> {
    return layers.reduce<Record<string, unknown>>((merged, layer) => {
        const result = { ...merged };
        for (const [key, value] of Object.entries(layer)) {
            const before = result[key];
            result[key] = isMap(before) && isMap(value) ? mergeValues(before, value) : value;
        }
        return result;
    }, {});
}

function isMap(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}
