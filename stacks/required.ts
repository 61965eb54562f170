// SPDX-License-Identifier: Apache-2.0

/** What was made for a cluster before; an error where the order is wrong. */
export function required<T>(value: T | undefined, cluster: string): T {
    if (value === undefined) throw new Error(`nothing was made for cluster "${cluster}"`);
    return value;
}
