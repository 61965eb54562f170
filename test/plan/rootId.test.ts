// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { describeRoot, ownRootId, ownRootNumber, rootId } from "../../plan/rootId";
import { type Subject, certificate, ownRoot } from "../helpers/certificates";

const idOf = (pem: string) => rootId(new X509Certificate(pem));

describe("rootId", () => {
    for (const number of [1, 2, 10, 1000]) {
        it(`is the number of the fleet's own root ${String(number)}`, () => {
            expect(idOf(ownRoot(number).pem)).to.equal(`root ${String(number)}`);
        });
    }

    const others: [string, Subject][] = [
        ["of another organization", { organization: "x", commonName: "Root CA" }],
        ["of none", { commonName: "Root CA" }],
        ["of another name", { organization: "istio-fleet", commonName: "Root CA of x 2" }],
        ["with a number that none has", { organization: "istio-fleet", commonName: "Root CA 1" }],
        ["with a number as none has", { organization: "istio-fleet", commonName: "Root CA 02" }],
    ];
    for (const [what, subject] of others) {
        it(`is the fingerprint of a root ${what}`, () => {
            const { pem } = certificate(subject);
            expect(idOf(pem)).to.equal(new X509Certificate(pem).fingerprint256);
        });
    }

    it("is short in a sentence", () => {
        const fingerprint = Array.from({ length: 32 }, () => "AB").join(":");
        expect(describeRoot(fingerprint)).to.equal("root AB:AB:AB:AB:AB:AB:AB:AB");
        expect(describeRoot(ownRootId(2))).to.equal("root 2");
    });

    it("has a number where it is the fleet's own", () => {
        expect(ownRootNumber(ownRootId(12))).to.equal(12);
        expect(ownRootNumber("AB:12")).to.equal(undefined);
    });
});
