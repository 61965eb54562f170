// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { broken, days, pathText, strict } from "./rules";

/*
 * The part `trust` of the stack's config: certificates, and the tokens of edges.
 */

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
/** What a SPIFFE ID has room for: https://spiffe.io/docs/latest/spiffe-specs/spiffe-id (2.1). */
const DOMAIN_LENGTH = 255;
const domain = broken(
    `must be a DNS name in lower case, at most ${String(DOMAIN_LENGTH)} characters`,
    "For example cluster.local.",
);

/** A number of hours, from the least that makes sense to ten years. */
const hours = (least: number, example: string) => {
    const message = broken(
        `must be a whole number of hours from ${String(least)} to 87600`,
        `For example ${example}.`,
    );
    return z.int(message).min(least, message).max(87_600, message);
};

const rootMessage = broken(
    "must be the number of a root, from 1 to 1000",
    "It goes up by one when a rotation ends.",
);

const path = (what: string, example: string) =>
    pathText(broken(`must be the path of ${what}`, `For example ${example}.`));

const externalRoot = strict({
    certificates: path("a file with root certificates, PEM", "./trust/roots.pem").describe(
        "File with the root certificates that every cluster trusts, PEM. More than one during a rotation.",
    ),
    intermediates: path("a folder", "./trust/intermediates").describe(
        "Folder with the signed intermediate of each primary, `<cluster>.pem`, then what is between it and its root. The requests are in stack output `certificateRequests`.",
    ),
});

export const trust = strict({
    domain: z
        .string(domain)
        .regex(DOMAIN, domain)
        .max(DOMAIN_LENGTH, domain)
        .default("cluster.local")
        .describe("The mesh's trust domain, the first part of every SPIFFE identity."),
    rootValidityDays: days(2).default(3650).describe("Validity of the root certificate, in days."),
    intermediateValidityDays: days(1)
        .default(365)
        .describe("Validity of each cluster's intermediate certificate, in days."),
    intermediateRenewalDays: days(1)
        .optional()
        .describe(
            "An intermediate with fewer days left is renewed by the next update. Defaults to a third of its validity.",
        ),
    keyAlgorithm: z
        .enum(["ECDSA", "RSA"], broken("must be ECDSA or RSA", "ECDSA is P-256, RSA is 4096 bits."))
        .default("ECDSA")
        .describe(
            "Algorithm of the intermediates' keys, and of the keys of roots that are made from now on.",
        ),
    root: z
        .int(rootMessage)
        .min(1, rootMessage)
        .max(1000, rootMessage)
        .default(1)
        .describe("Number of the root that the fleet has, or moves away from."),
    rotation: z
        .enum(
            ["trust-next", "issue-next"],
            broken(
                "must be trust-next or issue-next",
                "trust-next comes first; after issue-next, add one to trust.root and leave it out.",
            ),
        )
        .optional()
        .describe(
            "Stage of the move to the next root: trusted everywhere (trust-next), then signing the intermediates too (issue-next). Absent: no rotation.",
        ),
    externalRoot: externalRoot
        .optional()
        .describe("A root whose key is kept elsewhere, instead of one of the fleet's own."),
    edgeTokenHours: hours(2, "24")
        .optional()
        .describe(
            "Life of the token of each edge, in hours. Absent: tokens that live as long as their edge.",
        ),
    edgeTokenNoticeHours: hours(1, "8")
        .optional()
        .describe(
            "A token with fewer hours left is replaced by the next update, and found wanting by verify. Defaults to a third of its life.",
        ),
}).prefault({});

export type TrustConfig = z.output<typeof trust>;
