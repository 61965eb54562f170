// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "./problem";

/** A cluster as far as its index is concerned. */
export interface Indexed {
    readonly name: string;
    readonly index?: number | undefined;
    /** Present when somebody else made the cluster: it has no index then. */
    readonly existing?: object | undefined;
}

/**
 * The index that a cluster's name stands for: FNV-1a (32 bits) of the name, modulo the number of
 * indexes. It depends on nothing else, so it is the same whichever clusters are there.
 */
export function defaultIndex(name: string, indexes: number): number {
    let hash = 0x811c9dc5;
    for (const byte of new TextEncoder().encode(name)) {
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    }
    return hash % indexes;
}

/**
 * The index of every cluster that the fleet makes, by name. Two clusters on one index are refused
 * rather than moved: moving one would depend on the order or on who came first, and would one day
 * re-address a cluster because another one came.
 */
export function planIndexes(
    clusters: readonly Indexed[],
    indexes: number,
): { indexes: Map<string, number>; problems: Problem[] } {
    const problems: Problem[] = [];
    const byName = new Map<string, number>();
    const byIndex = new Map<number, string>();
    const made = clusters.filter(({ existing }) => !existing);
    const taken = new Set(made.map(({ name, index }) => index ?? defaultIndex(name, indexes)));
    clusters.forEach(({ name, index: given, existing }, i) => {
        if (existing) return;
        const index = given ?? defaultIndex(name, indexes);
        const property = `clusters[${String(i)}].index`;
        const other = byIndex.get(index);
        if (index >= indexes) {
            problems.push(outOfRange(property, index, indexes));
        } else if (other !== undefined) {
            problems.push(collision(property, index, name, other, firstFree(taken, indexes)));
        }
        byName.set(name, index);
        byIndex.set(index, name);
    });
    return { indexes: byName, problems };
}

function firstFree(taken: Set<number>, indexes: number): number | undefined {
    for (let index = 0; index < indexes; index++) {
        if (taken.has(index)) continue;
        taken.add(index);
        return index;
    }
    return undefined;
}

function outOfRange(property: string, value: number, indexes: number): Problem {
    return {
        property,
        value,
        rule: `must be below ${String(indexes)}, the number of address pools in network.subnet`,
        fix: "Choose a smaller index, or a network.subnet with a shorter prefix.",
    };
}

function collision(
    property: string,
    value: number,
    name: string,
    other: string,
    free: number | undefined,
): Problem {
    return {
        property,
        value,
        rule: `is the index of both "${other}" and "${name}", so their addresses would be the same`,
        fix:
            free === undefined
                ? "Every index of network.subnet is taken: use a subnet with a shorter prefix."
                : `Give "${name}" a free one: index: ${String(free)}. Keep it as long as the cluster lives.`,
    };
}
