// SPDX-License-Identifier: Apache-2.0
import type { RootId } from "./rootId";
import type { Issued, LiveTrust, ServedProxy, ServedTrust } from "./servedTrust";
import type { TrustTarget } from "./trustTarget";

/**
 * Whether an update would change what is stored in some cluster. What istiod has not taken up yet is
 * no change: to refuse an update for it would mend nothing.
 */
export function changesTrust(target: TrustTarget, served: readonly ServedTrust[]): boolean {
    return served.some(
        (one) =>
            one.asked && one.stored !== undefined && !isStored(target, one.cluster, one.stored),
    );
}

function isStored({ trusted, signers }: TrustTarget, cluster: string, stored: Issued): boolean {
    const signer = signers.get(cluster) ?? stored.signer;
    return isSame(trusted, stored.trusted) && signer === stored.signer;
}

function isSame(some: readonly RootId[], others: readonly RootId[]): boolean {
    return some.every((id) => others.includes(id)) && others.every((id) => some.includes(id));
}

/** A root that is to sign, and that not everybody in a cluster trusts. */
export interface Distrust {
    readonly root: RootId;
    /** What of istiod's does not have it; undefined where all has. */
    readonly lacking: string | undefined;
    /** Names of the proxies that do not trust it. */
    readonly proxies: readonly string[];
}

/** A root that signs in a cluster, and that is not to be trusted any more. */
export interface Dropped {
    /** Undefined where proxies' certificates lead to no root that is known. */
    readonly root: RootId | undefined;
    /** Whether it signs the cluster's intermediate. */
    readonly intermediate: boolean;
    /** Names of the proxies whose certificates lead to it. */
    readonly proxies: readonly string[];
}

/**
 * Who in a cluster would refuse certificates. Silent proxies are not among them.
 *
 * The stored roots count like the accepted ones: istiod may take them up at any moment.
 */
export function distrusts({ signers }: TrustTarget, live: LiveTrust): Distrust[] {
    return [...new Set(signers.values())].flatMap((root) => {
        const lacking = withoutRoot(root, live);
        const proxies = answeringProxies(live)
            .filter(({ trusted }) => !trusted.includes(root))
            .map(({ name }) => name);
        return lacking === undefined && proxies.length === 0 ? [] : [{ root, lacking, proxies }];
    });
}

function withoutRoot(root: RootId, { stored, accepted }: LiveTrust): string | undefined {
    if (accepted && !accepted.trusted.includes(root)) return "ConfigMap istio-ca-root-cert";
    // What cannot be read at all, istiod will not take up either.
    if (!stored || stored.trusted.length === 0 || stored.trusted.includes(root)) return undefined;
    return "Secret cacerts";
}

/** Whose certificates in a cluster would be refused. Silent proxies are not among them. */
export function dropped({ trusted }: TrustTarget, live: LiveTrust): Dropped[] {
    const proxies = answeringProxies(live);
    const intermediates = [live.stored?.signer, live.accepted?.signer].filter(
        (root) => root !== undefined,
    );
    const inUse = new Set([...intermediates, ...proxies.map(({ signer }) => signer)]);
    return [...inUse]
        .filter((root) => root === undefined || !trusted.includes(root))
        .map((root) => ({
            root,
            intermediate: root !== undefined && intermediates.includes(root),
            proxies: proxies.filter(({ signer }) => signer === root).map(({ name }) => name),
        }));
}

function answeringProxies({ proxies = [] }: LiveTrust): ServedProxy[] {
    return proxies.filter((proxy): proxy is ServedProxy => !("silent" in proxy));
}
