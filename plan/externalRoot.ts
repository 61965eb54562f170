// SPDX-License-Identifier: Apache-2.0
import type { X509Certificate } from "node:crypto";
import { commonName, isIssuedBy, isValidAt, parseCertificates, rootBehind } from "./certificates";
import type { Problem } from "./problem";

/** A file, as it was read. */
export type FileText = { readonly path: string } & (
    | { readonly text: string }
    /** Code of the error, for example ENOENT. */
    | { readonly error: string }
);

/** The files of trust.externalRoot. */
export interface ExternalTexts {
    readonly certificates: FileText;
    /** By the name of the primary. */
    readonly intermediates: ReadonlyMap<string, FileText>;
}

/** An intermediate that was signed where the root's key is. */
export interface SignedIntermediate {
    /** Path of its file. */
    readonly path: string;
    /** The intermediate, PEM. */
    readonly certPem: string;
    /** What is between it and its root, then that root, PEM. */
    readonly issuersPem: string;
    /** Every trusted root, its own first, PEM. */
    readonly trustedPem: string;
}

/** A root that is kept elsewhere: what there is of it here. */
export interface ExternalRoot {
    /** The trusted roots, in the order of their file, PEM. */
    readonly rootCertPem: string;
    /** By the name of the primary. */
    readonly signed: ReadonlyMap<string, SignedIntermediate>;
    /** Path of the file that a primary waits for, by its name. */
    readonly waiting: ReadonlyMap<string, string>;
}

type Key = "certificates" | "intermediates";

/** What is found in files, and what is wrong with them. */
interface Found<T> {
    readonly value: T;
    readonly problems: readonly Problem[];
}

/**
 * What the files of trust.externalRoot come down to, or what is wrong with them. Of what they hold only
 * certificates are passed on.
 *
 * @param now time by which certificates are valid, in milliseconds.
 */
export function planExternalRoot(
    { certificates, intermediates }: ExternalTexts,
    now: number,
): { readonly plan?: ExternalRoot; readonly problems: readonly Problem[] } {
    const roots = findRoots(certificates, now);
    const problems = [...roots.problems];
    const signed: [string, SignedIntermediate][] = [];
    const waiting: [string, string][] = [];
    for (const [cluster, file] of intermediates) {
        if ("error" in file && file.error === "ENOENT") {
            waiting.push([cluster, file.path]);
            continue;
        }
        const chain = findChain(cluster, file, now);
        problems.push(...chain.problems);
        // Said only of files that are right: it would be about the same mistake again.
        if (roots.problems.length + chain.problems.length > 0) continue;
        const its = signedBy(file.path, chain.value, roots.value);
        problems.push(...its.problems);
        if (its.value) signed.push([cluster, its.value]);
    }
    if (problems.length > 0) return { problems };
    return {
        plan: {
            rootCertPem: toPem(roots.value),
            signed: new Map(signed),
            waiting: new Map(waiting),
        },
        problems,
    };
}

/** The trusted roots, each once. */
function findRoots(file: FileText, now: number): Found<X509Certificate[]> {
    const found = readCertificates("certificates", file);
    const say = (rule: string, fix: string) => problem("certificates", file.path, rule, fix);
    const problems = found.value.flatMap((root) => [
        ...(root.ca ? [] : [say(`has ${nameOf(root)}, which is no CA`, CA_FIX)]),
        ...(isRoot(root)
            ? []
            : [
                  say(
                      `has ${nameOf(root)}, which is no root: it did not sign itself`,
                      "Put it into the intermediates' files, after what it signed.",
                  ),
              ]),
        ...outdated(root, now).map((rule) =>
            say(rule, "Take it out once nothing is signed by it any more, or make a new root."),
        ),
    ]);
    const fingerprints = found.value.map(({ fingerprint256 }) => fingerprint256);
    const once = found.value.filter(
        ({ fingerprint256 }, i) => fingerprints.indexOf(fingerprint256) === i,
    );
    return { value: once, problems: [...found.problems, ...problems] };
}

/** A cluster's intermediate, and the authorities between it and its root. */
function findChain(cluster: string, file: FileText, now: number): Found<X509Certificate[]> {
    const found = readCertificates("intermediates", file);
    // A root may come last: it is trusted for being in the file of roots alone.
    const chain = found.value.filter((certificate, i) => i === 0 || !isRoot(certificate));
    const say = (rule: string, fix: string) => problem("intermediates", file.path, rule, fix);
    const [intermediate] = chain;
    const problems = chain.flatMap((certificate) => [
        ...(certificate.ca ? [] : [say(`has ${nameOf(certificate)}, which is no CA`, CA_FIX)]),
        ...outdated(certificate, now).map((rule) =>
            say(rule, "Sign the request again: it is in stack output certificateRequests."),
        ),
    ]);
    if (intermediate && !commonName(intermediate).endsWith(cluster)) {
        const rule = `must begin with an intermediate whose common name ends in "${cluster}", not ${nameOf(intermediate)}`;
        problems.push(say(rule, "Sign the request with the subject that it has: metrics read it."));
    }
    return { value: chain, problems: [...found.problems, ...problems] };
}

/** An intermediate as a cluster uses it, once its root is found. */
function signedBy(
    path: string,
    [intermediate, ...between]: readonly X509Certificate[],
    roots: readonly X509Certificate[],
): Found<SignedIntermediate | undefined> {
    const root = intermediate && rootBehind(intermediate, [...between, ...roots]);
    const own = roots.find((one) => one.fingerprint256 === root?.fingerprint256);
    if (!intermediate || !own) {
        const rule = "must lead to a root of trust.externalRoot.certificates";
        const fix =
            "After the intermediate comes what is between it and that root. A new root is trusted first.";
        return { value: undefined, problems: [problem("intermediates", path, rule, fix)] };
    }
    const value = {
        path,
        certPem: toPem([intermediate]),
        issuersPem: toPem([...between, own]),
        trustedPem: toPem([own, ...roots.filter((one) => one !== own)]),
    };
    return { value, problems: [] };
}

const CA_FIX = "Have it signed with basicConstraints = critical, CA:TRUE.";

/** The certificates of a file that holds nothing that is secret. */
function readCertificates(key: Key, file: FileText): Found<X509Certificate[]> {
    const none = (rule: string, fix: string) => ({
        value: [],
        problems: [problem(key, file.path, rule, fix)],
    });
    if ("error" in file) {
        const fix = "Give its path, from this folder or absolute.";
        return none(`must be a file that can be read (${file.error})`, fix);
    }
    if (/-----BEGIN [\w ]*PRIVATE KEY-----/.test(file.text)) {
        const fix =
            "Take it out: a root's key stays where it signs, an intermediate's in the state.";
        return none("must not hold a private key", fix);
    }
    const fix = "It has them one after the other, each with its lines BEGIN and END CERTIFICATE.";
    try {
        const value = parseCertificates(file.text);
        return value.length > 0
            ? { value, problems: [] }
            : none("must hold certificates, PEM", fix);
    } catch {
        return none("has a certificate that cannot be read", fix);
    }
}

function outdated(certificate: X509Certificate, now: number): string[] {
    if (isValidAt(certificate, now)) return [];
    const { validFrom, validTo } = certificate;
    return [`has ${nameOf(certificate)}, which is valid ${validFrom} to ${validTo} only`];
}

function isRoot(certificate: X509Certificate): boolean {
    return isIssuedBy(certificate, certificate);
}

function nameOf(certificate: X509Certificate): string {
    return `"${commonName(certificate)}"`;
}

/** The certificates alone, without what is around them. */
function toPem(certificates: readonly X509Certificate[]): string {
    return certificates.map((certificate) => certificate.toString()).join("");
}

function problem(key: Key, path: string, rule: string, fix: string): Problem {
    return { property: `trust.externalRoot.${key}`, value: path, rule, fix };
}
