// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { acceptedTrust, proxyTrust, storedTrust } from "../../plan/servedTrust";
import { certificate, ownRoot, workloadChain } from "../helpers/certificates";

const [one, two] = [ownRoot(1), ownRoot(2)];
const stranger = certificate({ commonName: "stranger" });
const fingerprint = new X509Certificate(stranger.pem).fingerprint256;

describe("storedTrust", () => {
    const stored = (ca: string, roots: string, chain = ca + roots) =>
        storedTrust({ "ca-cert.pem": ca, "cert-chain.pem": chain, "root-cert.pem": roots });
    const byTwo = certificate({ commonName: "Intermediate" }, two);

    it("is the roots, and the one by which the intermediate is", () => {
        expect(stored(byTwo.pem, one.pem + two.pem)).to.deep.equal({
            trusted: ["root 1", "root 2"],
            signer: "root 2",
        });
    });

    it("finds a root that is not the intermediate's own issuer", () => {
        const between = certificate({ commonName: "between" }, stranger);
        const lower = certificate({ commonName: "Intermediate" }, between);
        expect(stored(lower.pem, stranger.pem, lower.pem + between.pem)).to.deep.equal({
            trusted: [fingerprint],
            signer: fingerprint,
        });
    });

    it("has no signer where that is not among what is stored", () => {
        expect(stored(byTwo.pem, one.pem)).to.deep.equal({
            trusted: ["root 1"],
            signer: undefined,
        });
    });

    it("is nothing where nothing can be read", () => {
        const broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for (const text of ["", "x", broken]) {
            expect(stored(text, text)).to.deep.equal({ trusted: [], signer: undefined });
        }
    });
});

describe("acceptedTrust", () => {
    const stored = { trusted: ["root 2", "root 1"], signer: "root 2" };

    it("has the stored signer where the roots are the stored ones", () => {
        expect(acceptedTrust(two.pem + one.pem, stored)).to.deep.equal(stored);
        const external = { trusted: ["root 1", "root 2"], signer: "root 2" };
        expect(acceptedTrust(one.pem + two.pem, external)).to.deep.equal(external);
    });

    it("has its first root for a signer where others are stored by now, or in another order", () => {
        const expected = { trusted: ["root 1", "root 2"], signer: "root 1" };
        expect(acceptedTrust(one.pem + two.pem, stored)).to.deep.equal(expected);
        const fewer = { trusted: ["root 1"], signer: "root 1" };
        expect(acceptedTrust(two.pem + one.pem, fewer)).to.deep.equal(stored);
    });

    it("has no signer in a remote, where another cluster's istiod signs", () => {
        const expected = { trusted: ["root 1"], signer: undefined };
        expect(acceptedTrust(one.pem, undefined)).to.deep.equal(expected);
    });
});

describe("proxyTrust", () => {
    it("is what a proxy trusts, and the root that its certificate leads to", () => {
        const served = { chain: workloadChain(two), roots: one.pem + two.pem };
        expect(proxyTrust("a/b", served)).to.deep.equal({
            name: "a/b",
            trusted: ["root 1", "root 2"],
            signer: "root 2",
        });
    });

    it("finds a root that the proxy does not trust itself", () => {
        const served = { chain: workloadChain(two), roots: one.pem };
        expect(proxyTrust("a/b", served).signer).to.equal("root 2");
    });

    it("finds one that its chain leaves out, among those that it trusts", () => {
        const chain = workloadChain(two).replace(two.pem, "");
        expect(proxyTrust("a/b", { chain, roots: one.pem + two.pem }).signer).to.equal("root 2");
        expect(proxyTrust("a/b", { chain, roots: one.pem }).signer).to.equal(undefined);
    });

    it("has nothing of an empty answer", () => {
        const expected = { name: "a/b", trusted: [], signer: undefined };
        expect(proxyTrust("a/b", { chain: "", roots: "" })).to.deep.equal(expected);
    });
});
