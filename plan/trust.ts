// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "./problem";

/** The certificates of the mesh. */
export interface TrustPlan {
    readonly domain: string;
    readonly rootValidityDays: number;
    readonly intermediateValidityDays: number;
    readonly keyAlgorithm: "ECDSA" | "RSA";
}

/** Refuses validities that contradict each other. */
export function checkTrust({ rootValidityDays, intermediateValidityDays }: TrustPlan): Problem[] {
    if (intermediateValidityDays < rootValidityDays) return [];
    return [
        {
            property: "trust.intermediateValidityDays",
            value: intermediateValidityDays,
            rule: `must be below trust.rootValidityDays (${String(rootValidityDays)}), or intermediates outlive their root`,
            fix: "Make it smaller, or give the root more days.",
        },
    ];
}
