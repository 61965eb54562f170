// SPDX-License-Identifier: Apache-2.0
import type { X509Certificate } from "node:crypto";
import { ROOT_ORGANIZATION, rootName } from "./trust";

/**
 * Which root of trust a certificate is: `root <number>` for the fleet's own, which are known before they
 * are made, and the SHA-256 fingerprint of any other.
 */
export type RootId = string;

/** The id of the fleet's own root of a number. */
export function ownRootId(number: number): RootId {
    return `root ${String(number)}`;
}

/** The number of one of the fleet's own roots; undefined for any other. */
export function ownRootNumber(id: RootId): number | undefined {
    const digits = /^root (\d+)$/.exec(id)?.[1];
    return digits === undefined ? undefined : Number(digits);
}

/** The id of a root certificate. */
export function rootId({ subject, fingerprint256 }: X509Certificate): RootId {
    const parts = subject.split("\n");
    const name = parts.find((part) => part.startsWith("CN="))?.slice("CN=".length) ?? "";
    // The first one has no number in its name.
    const number = Number(/\d+$/.exec(name)?.[0] ?? 1);
    const own = parts.length === 2 && parts.includes(`O=${ROOT_ORGANIZATION}`);
    return own && name === rootName(number) ? ownRootId(number) : fingerprint256;
}

/** A root in a sentence, of a fingerprint as much as can be compared by eye. */
export function describeRoot(id: RootId): string {
    return ownRootNumber(id) === undefined ? `root ${id.slice(0, 23)}` : id;
}
