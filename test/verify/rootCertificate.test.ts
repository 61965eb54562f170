// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import {
    type Expected,
    type Served,
    checkRootCertificates,
    judgeChain,
    judgeTogether,
    readServed,
} from "../../verify/rootCertificate";
import { type Issuer, certificate } from "../helpers/certificates";
import { liveContext } from "../helpers/liveFleet";

const fixture = (name: string) => readFileSync(join(__dirname, "fixtures", name), "utf8");
const root = fixture("root.pem");
const otherRoot = fixture("other-root.pem");
const served = (cluster: string, chain: string, roots = root): Served =>
    readServed(cluster, { chain: fixture(chain), roots });

const NOW = Date.parse("2030-01-01");
/** What a workload of a cluster must have; of a primary, unless the signer is another. */
const expected = (cluster: string, signer = cluster): Expected => ({
    identity: `spiffe://cluster.local/ns/verify/sa/probe-${cluster}`,
    signer,
});

describe("root-certificate, in one cluster", () => {
    it("holds when the chain leads over the cluster's intermediate to the root", () => {
        for (const cluster of ["a", "b"]) {
            const chain = served(cluster, `chain-${cluster}.pem`);
            const finding = judgeChain(chain, expected(cluster), NOW);
            expect(finding.detail).to.contain(`"Intermediate ${cluster}" under "istio-fleet root"`);
            expect(finding.ok).to.equal(true);
        }
    });

    const wrong: Record<string, [Served, Expected, RegExp]> = {
        "the intermediate is another cluster's": [
            served("a", "chain-a.pem"),
            expected("a", "b"),
            /"Intermediate a" is not b's/,
        ],
        "the certificate is for somebody else": [
            served("a", "chain-a.pem"),
            expected("b"),
            /is for .*probe-a, not for .*probe-b/,
        ],
        "another intermediate signed it": [
            served("a", "chain-a-wrong-signer.pem"),
            expected("a", "b"),
            /"Intermediate b" did not sign the certificate/,
        ],
        "no served root signed the intermediate": [
            served("a", "chain-a.pem", otherRoot),
            expected("a"),
            /no root that is served signed "Intermediate a"/,
        ],
    };
    for (const [what, [chain, wanted, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            const finding = judgeChain(chain, wanted, NOW);
            expect(finding.ok).to.equal(false);
            expect(finding.detail).to.match(detail);
        });
    }

    it("holds for a remote, whose workloads its primary's istiod certifies", () => {
        // Certificates don't say which cluster their workload is in: that is for the caller to know.
        const finding = judgeChain(served("r", "chain-a.pem"), expected("a"), NOW);
        expect(finding.ok).to.equal(true);
    });

    describe("with an authority between the intermediate and the root", () => {
        const top = certificate({ commonName: "top" });
        const between = certificate({ commonName: "between" }, top);
        const its = certificate({ commonName: "Intermediate a" }, between);
        const wanted = expected("a");
        const options = { authority: false, uri: wanted.identity };
        const leaf = certificate({ commonName: "" }, its, undefined, options);
        const judge = (...chain: readonly Issuer[]) => {
            const pem = [leaf, its, ...chain].map((one) => one.pem).join("");
            return judgeChain(readServed("a", { chain: pem, roots: top.pem }), wanted, NOW);
        };

        it("holds when that is served too", () => {
            for (const chain of [[between], [between, top]]) {
                expect(judge(...chain).detail).to.match(
                    /^Workloads are certified by "Intermediate a" under "top" \(/,
                );
                expect(judge(...chain).ok).to.equal(true);
            }
        });

        it("fails when it is not, or is over", () => {
            expect(judge(top).detail).to.equal('no root that is served signed "Intermediate a".');
            const { key } = between;
            const over = { end: "20290101000000Z" };
            const past = certificate({ commonName: "between" }, top, key, over);
            expect(judge(past).detail).to.equal(
                '"between" is valid Jan  1 00:00:00 2020 GMT to Jan  1 00:00:00 2029 GMT only.',
            );
        });
    });

    it("fails when the intermediate signed itself", () => {
        const wanted = expected("a");
        const its = certificate({ commonName: "a" });
        const leaf = certificate({ commonName: "" }, its, undefined, { uri: wanted.identity });
        const chain = { chain: leaf.pem + its.pem, roots: root };
        expect(judgeChain(readServed("a", chain), wanted, NOW).detail).to.equal(
            'no root that is served signed "a".',
        );
    });

    it("fails when a certificate is over", () => {
        const finding = judgeChain(
            served("a", "chain-a.pem"),
            expected("a"),
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
    const roles = (...primaries: string[]) => new Map(primaries.map((name) => [name, name]));
    const withRemote = roles("a", "b").set("r", "a");

    it("holds for one root and different intermediates", () => {
        expect(judgeTogether([b, a], roles("a", "b")).ok).to.equal(true);
    });

    it("holds for remotes that share their primary's intermediate", () => {
        const r = { ...a, cluster: "r" };
        const { ok, detail } = judgeTogether([r, b, a], withRemote);
        expect(ok).to.equal(true);
        expect(detail).to.match(
            /in a, b, r, and an intermediate of its own for each primary and its/,
        );
    });

    it("fails for a remote with another primary's intermediate", () => {
        const r = { ...b, cluster: "r" };
        expect(judgeTogether([a, b, r], withRemote)).to.deep.equal({
            ok: false,
            detail: "These share an intermediate: b, r. These do not share the intermediate of a: a, r.",
        });
    });

    it("fails for a remote with an intermediate of its own", () => {
        const r = { ...b, cluster: "r" };
        expect(judgeTogether([a, r], roles("a").set("r", "a"))).to.deep.equal({
            ok: false,
            detail: "These do not share the intermediate of a: a, r.",
        });
    });

    it("expects of every cluster what its primary signs", async () => {
        const base64 = (text: string) => Buffer.from(text).toString("base64");
        const chain = { inline_bytes: base64(fixture("chain-a.pem")) };
        const trusted = { inline_bytes: base64(root) };
        const configs = [
            { name: "default", secret: { tls_certificate: { certificate_chain: chain } } },
            { name: "ROOTCA", secret: { validation_context: { trusted_ca: trusted } } },
        ];
        const answer = JSON.stringify({ configs });
        const by = (cluster: string) => ({
            answers: { [`probe-${cluster} config_dump?resource=dynamic_active_secrets`]: answer },
        });
        const checks = await checkRootCertificates(
            liveContext({ a: by("a"), b: by("b"), r: { ...by("r"), primary: "a" } }),
        );
        const strangers = checks.filter(({ detail }) => detail.includes('"Intermediate a" is not'));
        expect(strangers.map(({ subject }) => subject)).to.deep.equal(["b"]);
        expect(checks.at(-1)).to.deep.equal({
            id: "root-certificate",
            subject: "all clusters",
            ok: false,
            detail: "These share an intermediate: a, b, r.",
        });
    });

    it("does not mind the same roots in another order", () => {
        const both = served("a", "chain-a.pem", root + otherRoot);
        const turned = served("b", "chain-b.pem", otherRoot + root);
        expect(judgeTogether([both, turned], roles("a", "b")).ok).to.equal(true);
    });

    it("fails for different roots, and says who serves which", () => {
        const other = served("b", "chain-b-other-root.pem", otherRoot);
        const finding = judgeTogether([a, other], roles("a", "b"));
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.match(/The roots differ: a serve .*; b serve /);
    });

    it("fails for a shared intermediate", () => {
        const copy = { ...a, cluster: "b" };
        expect(judgeTogether([a, copy], roles("a", "b")).detail).to.contain(
            "share an intermediate: a, b",
        );
    });

    it("fails when a cluster could not be asked", () => {
        expect(judgeTogether([a], roles("a", "b")).detail).to.contain("Nothing is known of b");
    });
});
