// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Served, judgeChain, judgeTogether, readServed } from "../../verify/rootCertificate";

const fixture = (name: string) => readFileSync(join(__dirname, "fixtures", name), "utf8");
const root = fixture("root.pem");
const otherRoot = fixture("other-root.pem");
const served = (cluster: string, chain: string, roots = root): Served =>
    readServed(cluster, { chain: fixture(chain), roots });

const NOW = Date.parse("2030-01-01");
const identity = (cluster: string) => `spiffe://cluster.local/ns/verify/sa/probe-${cluster}`;

describe("root-certificate, in one cluster", () => {
    it("holds when the chain leads over the cluster's intermediate to the root", () => {
        for (const cluster of ["a", "b"]) {
            const chain = served(cluster, `chain-${cluster}.pem`);
            const finding = judgeChain(chain, identity(cluster), NOW);
            expect(finding.detail).to.contain(`"Intermediate ${cluster}" under "istio-fleet root"`);
            expect(finding.ok).to.equal(true);
        }
    });

    const wrong: Record<string, [Served, string, RegExp]> = {
        "the intermediate is another cluster's": [
            served("b", "chain-a.pem"),
            identity("a"),
            /"Intermediate a" is not b's/,
        ],
        "the certificate is for somebody else": [
            served("a", "chain-a.pem"),
            identity("b"),
            /is for .*probe-a, not for .*probe-b/,
        ],
        "another intermediate signed it": [
            served("b", "chain-a-wrong-signer.pem"),
            identity("a"),
            /"Intermediate b" did not sign the certificate/,
        ],
        "no served root signed the intermediate": [
            served("a", "chain-a.pem", otherRoot),
            identity("a"),
            /no root that is served signed "Intermediate a"/,
        ],
    };
    for (const [what, [chain, name, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            const finding = judgeChain(chain, name, NOW);
            expect(finding.ok).to.equal(false);
            expect(finding.detail).to.match(detail);
        });
    }

    it("fails when a certificate is over", () => {
        const finding = judgeChain(
            served("a", "chain-a.pem"),
            identity("a"),
            Date.parse("2200-01-01"),
        );
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.contain('"Intermediate a" is valid');
    });

    it("fails when istiod signs with the root itself, as it does without cacerts", () => {
        expect(() => served("a", "no-intermediate.pem")).to.throw(/without an intermediate/);
    });

    it("fails when there is no certificate", () => {
        expect(() => readServed("a", { chain: "", roots: root })).to.throw(/chain is empty/);
    });
});

describe("root-certificate, over all clusters", () => {
    const a = served("a", "chain-a.pem");
    const b = served("b", "chain-b.pem");

    it("holds for one root and different intermediates", () => {
        expect(judgeTogether([b, a], ["a", "b"]).ok).to.equal(true);
    });

    it("does not mind the same roots in another order", () => {
        const both = served("a", "chain-a.pem", root + otherRoot);
        const turned = served("b", "chain-b.pem", otherRoot + root);
        expect(judgeTogether([both, turned], ["a", "b"]).ok).to.equal(true);
    });

    it("fails for different roots, and says who serves which", () => {
        const other = served("b", "chain-b-other-root.pem", otherRoot);
        const finding = judgeTogether([a, other], ["a", "b"]);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.match(/The roots differ: a serve .*; b serve /);
    });

    it("fails for a shared intermediate", () => {
        const copy = { ...a, cluster: "b" };
        expect(judgeTogether([a, copy], ["a", "b"]).detail).to.contain(
            "share an intermediate: a, b",
        );
    });

    it("fails when a cluster could not be asked", () => {
        expect(judgeTogether([a], ["a", "b"]).detail).to.contain("Nothing is known of b");
    });
});
