// SPDX-License-Identifier: Apache-2.0
import { parseCertificates, rootBehind } from "./certificates";
import type { Right } from "./existingRights";
import type { ServedCertificates } from "./proxySecrets";
import { type RootId, rootId } from "./rootId";

/** Roots that are trusted, and the one that signs. */
export interface Issued {
    readonly trusted: readonly RootId[];
    /** Undefined where it cannot be told. */
    readonly signer: RootId | undefined;
}

/** A proxy that said what it uses. */
export interface ServedProxy extends Issued {
    /** `<namespace>/<pod>`. */
    readonly name: string;
}

/** A proxy that did not. */
export interface SilentProxy {
    /** `<namespace>/<pod>`. */
    readonly name: string;
    /** Why, as half a sentence. */
    readonly silent: string;
}

/** What a live cluster serves. */
export interface LiveTrust {
    readonly cluster: string;
    readonly asked: true;
    /** In Secret `cacerts`, which istiod is to use. Undefined in a remote. */
    readonly stored: Issued | undefined;
    /**
     * In ConfigMap `istio-ca-root-cert`: what istiod uses, and proxies are given. Undefined where istiod
     * has not come up yet.
     */
    readonly accepted: Issued | undefined;
    /** What the proxies really use. Undefined where they were not asked. */
    readonly proxies: readonly (ServedProxy | SilentProxy)[] | undefined;
}

/** A cluster that is there, but of which nothing is known. */
export interface UnaskedCluster {
    readonly cluster: string;
    readonly asked: false;
    /** Why, as half a sentence. */
    readonly reason: string;
    /** What its user would have to be allowed; empty where that is not the reason. */
    readonly missing: readonly Right[];
}

export type ServedTrust = LiveTrust | UnaskedCluster;

/** Files of Secret `cacerts`, all but the key. */
export interface CaCertificates {
    readonly "ca-cert.pem": string;
    readonly "cert-chain.pem": string;
    readonly "root-cert.pem": string;
}

/** What Secret `cacerts` has istiod use. */
export function storedTrust(files: CaCertificates): Issued {
    const roots = readable(files["root-cert.pem"]);
    const [intermediate] = readable(files["ca-cert.pem"]);
    const pool = [...roots, ...readable(files["cert-chain.pem"])];
    const root = intermediate && rootBehind(intermediate, pool);
    return { trusted: roots.map(rootId), signer: root && rootId(root) };
}

/**
 * What ConfigMap `istio-ca-root-cert` says that istiod uses. It has no intermediate, but the roots are
 * those of a Secret, with the signing one first. So where they are not the stored ones any more, the
 * first is the one by which istiod signs still.
 */
export function acceptedTrust(roots: string, stored: Issued | undefined): Issued {
    const trusted = readable(roots).map(rootId);
    if (!stored) return { trusted, signer: undefined };
    const same =
        trusted.length === stored.trusted.length &&
        trusted.every((id, i) => id === stored.trusted[i]);
    return { trusted, signer: same ? stored.signer : trusted[0] };
}

/** What a proxy uses. */
export function proxyTrust(name: string, { chain, roots }: ServedCertificates): ServedProxy {
    const [leaf, ...issuers] = parseCertificates(chain);
    const trusted = parseCertificates(roots);
    const root = leaf && rootBehind(leaf, [...issuers, ...trusted]);
    return { name, trusted: trusted.map(rootId), signer: root && rootId(root) };
}

/** Somebody may have put anything there: istiod would not accept it either. */
function readable(pem: string) {
    try {
        return parseCertificates(pem);
    } catch {
        return [];
    }
}
