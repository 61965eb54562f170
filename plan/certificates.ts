// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";

const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** The certificates in a PEM text, in order. */
export function parseCertificates(pem: string): X509Certificate[] {
    return (pem.match(PEM) ?? []).map((text) => new X509Certificate(text));
}

/** The common name of a certificate's subject. Node gives no subject at all for an empty one. */
export function commonName({ subject = "" }: { readonly subject?: string }): string {
    const line = subject.split("\n").find((part) => part.startsWith("CN="));
    return line?.slice("CN=".length) ?? "";
}

/** The URIs among a certificate's alternative names: for a workload its SPIFFE identity. */
export function uriNames({ subjectAltName = "" }: X509Certificate): string[] {
    return subjectAltName
        .split(", ")
        .filter((name) => name.startsWith("URI:"))
        .map((name) => name.slice("URI:".length));
}

/** Whether one certificate was issued by another, by names and by signature. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/**
 * The root that a certificate leads to, by way of certificates of a pool. Undefined where the pool does
 * not have it.
 */
export function rootBehind(
    certificate: X509Certificate,
    pool: readonly X509Certificate[],
): X509Certificate | undefined {
    let current = certificate;
    // No chain is longer than its pool: two that signed each other would go round for ever.
    for (let step = 0; step <= pool.length; step++) {
        if (isRoot(current)) return current;
        const issuers = pool.filter((candidate) => isIssuedBy(current, candidate));
        // A root that another one has signed too is there as both.
        const issuer = issuers.find(isRoot) ?? issuers[0];
        if (!issuer) return undefined;
        current = issuer;
    }
    return undefined;
}

function isRoot(certificate: X509Certificate): boolean {
    return isIssuedBy(certificate, certificate);
}

export function isValidAt(certificate: X509Certificate, time: number): boolean {
    return Date.parse(certificate.validFrom) <= time && time <= Date.parse(certificate.validTo);
}

/** The first bytes of a certificate's fingerprint: enough to compare by eye. */
export function shortFingerprint({ fingerprint256 }: X509Certificate): string {
    return fingerprint256.slice(0, 23);
}
