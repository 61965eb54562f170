// SPDX-License-Identifier: Apache-2.0
import { EDGE_TOKEN_EXPIRY } from "./names";
import type { RuleGroup } from "./rule";

/** The token by which a cluster observes another one. */
export interface EdgeToken {
    readonly observed: string;
    /** When it expires, ISO 8601. */
    readonly expires: string;
}

/**
 * Gives the expiries of a cluster's edge tokens as series. Nothing else exports them: a token is only
 * in its remote secret, and what reads that could use it.
 */
export function edgeTokenRules(
    tokens: readonly EdgeToken[],
    { scrapeSeconds }: { readonly scrapeSeconds: number },
): RuleGroup[] {
    if (tokens.length === 0) return [];
    const rules = tokens.map(({ observed, expires }) => ({
        record: EDGE_TOKEN_EXPIRY,
        expr: `vector(${String(Math.floor(Date.parse(expires) / 1000))})`,
        labels: { remote_cluster: observed },
    }));
    return [{ name: "istio-fleet-edge-tokens", interval: `${String(scrapeSeconds)}s`, rules }];
}
