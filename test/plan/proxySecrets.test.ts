// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseSecrets } from "../../plan/proxySecrets";

const bytes = (text: string) => ({ inline_bytes: Buffer.from(text).toString("base64") });
const tls = (name: string, chain: string) => ({
    name,
    secret: {
        name,
        tls_certificate: { certificate_chain: bytes(chain), private_key: bytes("[redacted]") },
    },
});
const trust = (name: string, roots: string) => ({
    name,
    secret: { name, validation_context: { trusted_ca: bytes(roots) } },
});
const own = tls("default", "chain");
const roots = trust("ROOTCA", "roots");
const parse = (...configs: unknown[]) => parseSecrets(JSON.stringify({ configs }));

describe("parseSecrets", () => {
    it("reads the chain and the roots", () => {
        expect(parse(roots, own)).to.deep.equal({ chain: "chain", roots: "roots" });
        expect(parse(own, roots)).to.deep.equal({ chain: "chain", roots: "roots" });
    });

    it("leaves out what a gateway has beside them, of whatever form", () => {
        const listener = tls("kubernetes://shop-tls", "another chain");
        const clients = trust("kubernetes://shop-tls-cacert", "other roots");
        const file = { name: "file", secret: { tls_certificate: { certificate_chain: {} } } };
        const pending = { name: "pending" };
        expect(parse(listener, clients, file, pending, own, roots)).to.deep.equal({
            chain: "chain",
            roots: "roots",
        });
    });

    for (const [what, configs] of [
        ["any", []],
        ["one of its own", [roots, tls("kubernetes://x", "x")]],
        ["roots", [own, trust("kubernetes://x", "x")]],
        ["content", [{ name: "default" }, roots]],
    ] as const) {
        it(`says so when the proxy has no certificate yet, without ${what}`, () => {
            expect(() => parse(...configs)).to.throw("the proxy has no certificate yet");
        });
    }

    it("says so when there is no list", () => {
        expect(() => parseSecrets("{}")).to.throw("the proxy has no certificate yet");
    });

    it("refuses what is not the answer", () => {
        expect(() => parseSecrets("Bad Request")).to.throw(SyntaxError);
        expect(() => parse({ name: "default", secret: {} }, roots)).to.throw("tls_certificate");
    });
});
