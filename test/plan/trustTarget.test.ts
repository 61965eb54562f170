// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import type { ExternalRoot } from "../../plan/externalRoot";
import { externalTarget, ownTarget, trustTarget } from "../../plan/trustTarget";
import { certificate, ownRoot } from "../helpers/certificates";
import { configOf, planOf } from "../helpers/fleets";

const CLUSTERS = ["a", "b", { name: "c", primary: "a" }];
const [old, next] = [certificate({ commonName: "old" }), certificate({ commonName: "next" })];
const fingerprint = (pem: string) => new X509Certificate(pem).fingerprint256;

/** What there is of an external root, with intermediates whose root is the first of some. */
function external(rootCertPem: string, trusted: Readonly<Record<string, string>>): ExternalRoot {
    const signed = Object.entries(trusted).map(
        ([name, trustedPem]) =>
            [name, { path: `${name}.pem`, certPem: "", issuersPem: "", trustedPem }] as const,
    );
    return { rootCertPem, signed: new Map(signed), waiting: new Map() };
}

describe("ownTarget", () => {
    it("is every trusted root, and the same signer for every primary", () => {
        const roots = { kind: "own", signing: 2, trusted: [1, 2] } as const;
        expect(ownTarget(roots, ["a", "b"])).to.deep.equal({
            roots,
            trusted: ["root 1", "root 2"],
            signers: new Map([
                ["a", "root 2"],
                ["b", "root 2"],
            ]),
        });
    });
});

describe("externalTarget", () => {
    const roots = {
        kind: "external",
        certificates: "./roots.pem",
        intermediates: "./signed",
    } as const;

    it("is the trusted roots, and the one of each primary's intermediate that is signed", () => {
        const both = external(old.pem + next.pem, {
            a: old.pem + next.pem,
            b: next.pem + old.pem,
        });
        expect(externalTarget(roots, both)).to.deep.equal({
            roots,
            trusted: [fingerprint(old.pem), fingerprint(next.pem)],
            signers: new Map([
                ["a", fingerprint(old.pem)],
                ["b", fingerprint(next.pem)],
            ]),
        });
    });

    it("knows the fleet's own roots", () => {
        const { trusted, signers } = externalTarget(roots, external(ownRoot(1).pem + old.pem, {}));
        expect(trusted).to.deep.equal(["root 1", fingerprint(old.pem)]);
        expect(signers).to.deep.equal(new Map());
    });
});

describe("trustTarget", () => {
    const plan = (trust: object) => planOf(configOf(CLUSTERS, { trust }));
    const elsewhere = { externalRoot: { certificates: "./r.pem", intermediates: "./i" } };

    it("is that of the plan's primaries", () => {
        const { trusted, signers } = trustTarget(
            plan({ root: 2, rotation: "issue-next" }),
            undefined,
        );
        expect(trusted).to.deep.equal(["root 2", "root 3"]);
        expect([...signers]).to.deep.equal([
            ["a", "root 3"],
            ["b", "root 3"],
        ]);
    });

    it("is that of a root that is kept elsewhere", () => {
        const found = trustTarget(plan(elsewhere), external(old.pem, { a: old.pem }));
        expect(found.trusted).to.deep.equal([fingerprint(old.pem)]);
        expect([...found.signers]).to.deep.equal([["a", fingerprint(old.pem)]]);
    });

    it("needs that root's files", () => {
        expect(() => trustTarget(plan(elsewhere), undefined)).to.throw("were not read");
    });
});
