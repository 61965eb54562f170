// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { type FileText, planExternalRoot } from "../../plan/externalRoot";
import { formatProblem } from "../../plan/problem";
import { type Issuer, certificate } from "../helpers/certificates";

const ROOTS = "trust/roots.pem";
const NOW = Date.parse("2030-01-01");
const OVER = { end: "20290101000000Z" };

/** As node writes it: what is around a certificate does not matter. */
const pem = (...issuers: readonly Issuer[]) =>
    issuers.map((issuer) => new X509Certificate(issuer.pem).toString()).join("");

const root = certificate({ commonName: "old" });
const next = certificate({ commonName: "next" });
const west = certificate({ commonName: "Intermediate west" }, root);

const file = (path: string, ...issuers: readonly Issuer[]): FileText => ({
    path,
    text: issuers.map((issuer) => issuer.pem).join(""),
});

/** What comes of a file with roots, and of one for cluster west. */
function plan(roots: FileText, its: FileText) {
    const intermediates = new Map([["west", its]]);
    const { plan: found, problems } = planExternalRoot({ certificates: roots, intermediates }, NOW);
    return { found, problems: problems.map(formatProblem) };
}

const ofRoots = (...roots: readonly Issuer[]) =>
    plan(file(ROOTS, ...roots), file("west.pem", west));
const ofWest = (...chain: readonly Issuer[]) => plan(file(ROOTS, root), file("west.pem", ...chain));

describe("planExternalRoot", () => {
    it("is the roots in their order, and each intermediate with its own root first", () => {
        const east = certificate({ commonName: "east" }, next);
        const { plan: found, problems } = planExternalRoot(
            {
                certificates: file(ROOTS, root, next, root),
                intermediates: new Map([
                    ["east", file("east.pem", east)],
                    ["west", file("west.pem", west)],
                    ["north", { path: "north.pem", error: "ENOENT" }],
                ]),
            },
            NOW,
        );
        expect(problems).to.deep.equal([]);
        expect(found).to.deep.equal({
            rootCertPem: pem(root, next),
            signed: new Map([
                [
                    "east",
                    {
                        path: "east.pem",
                        certPem: pem(east),
                        issuersPem: pem(next),
                        trustedPem: pem(next, root),
                    },
                ],
                [
                    "west",
                    {
                        path: "west.pem",
                        certPem: pem(west),
                        issuersPem: pem(root),
                        trustedPem: pem(root, next),
                    },
                ],
            ]),
            waiting: new Map([["north", "north.pem"]]),
        });
    });

    it("takes what is between an intermediate and its root, and leaves out roots after that", () => {
        const upper = certificate({ commonName: "upper" }, root);
        const lower = certificate({ commonName: "lower" }, upper);
        const its = certificate({ commonName: "west" }, lower);
        const { found, problems } = ofWest(its, lower, upper, root, next);
        expect(problems).to.deep.equal([]);
        expect(found?.signed.get("west")).to.deep.equal({
            path: "west.pem",
            certPem: pem(its),
            issuersPem: pem(lower, upper, root),
            trustedPem: pem(root),
        });
    });

    it("takes certificates out of whatever is around them", () => {
        const its = { path: "west.pem", text: `Certificate:\r\n  Data\n${west.pem} # ours` };
        const { found, problems } = plan(file(ROOTS, root), its);
        expect(problems).to.deep.equal([]);
        expect(found?.signed.get("west")?.certPem).to.equal(pem(west));
    });

    it("waits for nothing that cannot be read for another reason", () => {
        const error = "EACCES";
        expect(plan({ path: ROOTS, error: "ENOENT" }, { path: "west.pem", error })).to.deep.equal({
            found: undefined,
            problems: [
                'trust.externalRoot.certificates: "trust/roots.pem" must be a file that can be read (ENOENT). ' +
                    "Give its path, from this folder or absolute.",
                'trust.externalRoot.intermediates: "west.pem" must be a file that can be read (EACCES). ' +
                    "Give its path, from this folder or absolute.",
            ],
        });
    });

    const label = (kind: string) => `-----BEGIN ${kind}-----\nc2VjcmV0\n-----END ${kind}-----\n`;
    for (const kind of ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"]) {
        it(`refuses ${kind} in any file, and shows nothing of it`, () => {
            const text = west.pem + label(kind);
            const rest =
                "must not hold a private key. " +
                "Take it out: a root's key stays where it signs, an intermediate's in the state.";
            expect(plan({ path: ROOTS, text }, { path: "west.pem", text }).problems).to.deep.equal([
                `trust.externalRoot.certificates: "trust/roots.pem" ${rest}`,
                `trust.externalRoot.intermediates: "west.pem" ${rest}`,
            ]);
        });
    }

    const contents: [string, string, string][] = [
        ["an empty file", "", "must hold certificates, PEM"],
        ["what is no PEM", "\u0030\u0082", "must hold certificates, PEM"],
        ["a request", label("CERTIFICATE REQUEST"), "must hold certificates, PEM"],
        ["what is no certificate", label("CERTIFICATE"), "has a certificate that cannot be read"],
    ];
    for (const [what, text, rule] of contents) {
        it(`refuses ${what}`, () => {
            const fix =
                "It has them one after the other, each with its lines BEGIN and END CERTIFICATE.";
            expect(plan(file(ROOTS, root), { path: "west.pem", text }).problems).to.deep.equal([
                `trust.externalRoot.intermediates: "west.pem" ${rule}. ${fix}`,
            ]);
            expect(plan({ path: ROOTS, text }, file("west.pem", west)).problems).to.deep.equal([
                `trust.externalRoot.certificates: "trust/roots.pem" ${rule}. ${fix}`,
            ]);
        });
    }

    it("refuses roots that are none, or not valid", () => {
        const leaf = certificate({ commonName: "leaf" }, undefined, undefined, {
            authority: false,
        });
        const old = certificate({ commonName: "past" }, undefined, undefined, OVER);
        expect(ofRoots(root, west, leaf, old).problems).to.deep.equal([
            'trust.externalRoot.certificates: "trust/roots.pem" has "Intermediate west", which is no root: it did not sign itself. ' +
                "Put it into the intermediates' files, after what it signed.",
            'trust.externalRoot.certificates: "trust/roots.pem" has "leaf", which is no CA. ' +
                "Have it signed with basicConstraints = critical, CA:TRUE.",
            'trust.externalRoot.certificates: "trust/roots.pem" has "past", which is valid Jan  1 00:00:00 2020 GMT to Jan  1 00:00:00 2029 GMT only. ' +
                "Take it out once nothing is signed by it any more, or make a new root.",
        ]);
    });

    it("refuses intermediates, and what is after them, that are no CAs or not valid", () => {
        const between = certificate({ commonName: "between" }, root, undefined, OVER);
        const its = certificate({ commonName: "west" }, between, undefined, { authority: false });
        expect(ofWest(its, between).problems).to.deep.equal([
            'trust.externalRoot.intermediates: "west.pem" has "west", which is no CA. ' +
                "Have it signed with basicConstraints = critical, CA:TRUE.",
            'trust.externalRoot.intermediates: "west.pem" has "between", which is valid Jan  1 00:00:00 2020 GMT to Jan  1 00:00:00 2029 GMT only. ' +
                "Sign the request again: it is in stack output certificateRequests.",
        ]);
    });

    it("refuses an intermediate by the name of another cluster", () => {
        const its = certificate({ commonName: "Intermediate east" }, root);
        expect(ofWest(its).problems).to.deep.equal([
            'trust.externalRoot.intermediates: "west.pem" must begin with an intermediate whose common name ends in "west", not "Intermediate east". ' +
                "Sign the request with the subject that it has: metrics read it.",
        ]);
    });

    const between = certificate({ commonName: "between" }, root);
    const unrooted: [string, readonly Issuer[]][] = [
        ["by a root that is not trusted", [certificate({ commonName: "west" }, next)]],
        ["by one whose root comes with it", [certificate({ commonName: "west" }, next), next]],
        ["with a gap", [certificate({ commonName: "west" }, between)]],
        ["signed by itself", [certificate({ commonName: "west" })]],
    ];
    for (const [what, chain] of unrooted) {
        it(`refuses an intermediate ${what}`, () => {
            expect(ofWest(...chain).problems).to.deep.equal([
                'trust.externalRoot.intermediates: "west.pem" must lead to a root of trust.externalRoot.certificates. ' +
                    "After the intermediate comes what is between it and that root. A new root is trusted first.",
            ]);
        });
    }

    it("finds what is wrong with each cluster's file, whatever is wrong with another's", () => {
        const stranger = file("x.pem", certificate({ commonName: "east and west" }, next));
        const intermediates = new Map([
            ["east", stranger],
            ["west", stranger],
        ]);
        const { problems } = planExternalRoot(
            { certificates: file(ROOTS, root), intermediates },
            NOW,
        );
        expect(problems.map(({ rule }) => rule)).to.deep.equal([
            'must begin with an intermediate whose common name ends in "east", not "east and west"',
            "must lead to a root of trust.externalRoot.certificates",
        ]);
    });
});
