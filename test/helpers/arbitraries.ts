// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { defaultIndex } from "../../plan/clusterIndex";
import { type Cidr, blockOf } from "../../plan/ipv4";

/** Any IPv4 address as a number. */
export const address = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Any CIDR block whose prefix length lies between two others. */
export function cidr(shortest: number, longest: number): fc.Arbitrary<Cidr> {
    return fc
        .tuple(address, fc.integer({ min: shortest, max: longest }))
        .map(([first, prefix]) => blockOf(first, prefix));
}

/** Letters, digits and "-", few enough for names to be alike: what is ambiguous then shows. */
const character = fc.constantFrom("a", "b", "1", "-");

/** A cluster's name: a DNS label. */
export const clusterName = fc
    .string({ unit: character, minLength: 1, maxLength: 8 })
    .filter((name) => !name.startsWith("-") && !name.endsWith("-"));

/** Distinct names of clusters that do not collide among a number of indexes. */
export function clusterNames(
    indexes: number,
    { min = 1, max = 12 }: { min?: number; max?: number } = {},
): fc.Arbitrary<string[]> {
    return fc.uniqueArray(clusterName, {
        minLength: min,
        maxLength: max,
        selector: (name) => defaultIndex(name, indexes),
    });
}

/** A list and the same in another order. */
export function shuffled<T>(list: fc.Arbitrary<T[]>): fc.Arbitrary<[T[], T[]]> {
    return list.chain((items) =>
        fc.tuple(
            fc.constant(items),
            fc.shuffledSubarray(items, { minLength: items.length, maxLength: items.length }),
        ),
    );
}
