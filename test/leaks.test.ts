// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { LeakSearch, changedFiles } from "./e2e/leaks";

const base64 = (text: string) => Buffer.from(text).toString("base64");

const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const SEC1 = ec.privateKey.export({ type: "sec1", format: "pem" }).toString();
const PKCS8 = ec.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
const CLIENT_KEY = rsa.privateKey.export({ type: "pkcs1", format: "pem" }).toString();
const PUBLIC_KEYS = [ec, rsa].map(({ publicKey }) =>
    publicKey.export({ type: "spki", format: "pem" }).toString(),
);
const token = () =>
    ["header", "payload"]
        .map((part) => Buffer.from(JSON.stringify({ part, is: "known" })).toString("base64url"))
        .concat(randomBytes(64).toString("base64url"))
        .join(".");
const TOKEN = token();
const PASSWORD = randomBytes(32).toString("base64url");
const KUBECONFIG = `apiVersion: v1
clusters:
- cluster: {certificate-authority-data: ${base64(PUBLIC_KEYS[1] ?? "")}}
users:
- user:
    client-key-data: ${base64(CLIENT_KEY)}
`;

/** A value as Pulumi exports a secret in the clear. */
const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    plaintext: JSON.stringify(value),
});
const STATE = JSON.stringify({
    deployment: {
        resources: [
            {
                urn: "urn:pulumi:s::p::tls:index/privateKey:PrivateKey::root",
                outputs: { privateKeyPem: secret(SEC1), privateKeyPemPkcs8: secret(PKCS8) },
            },
            {
                urn: "urn:pulumi:s::p::kubernetes:core/v1:Secret::reader",
                outputs: {
                    data: secret({ token: base64(TOKEN), "ca.crt": base64(PUBLIC_KEYS[0] ?? "") }),
                    password: secret(PASSWORD),
                    namespace: secret("istio-system"),
                    publicKeyFingerprint: secret(`SHA256:${randomBytes(32).toString("base64")}`),
                },
            },
            {
                urn: "urn:pulumi:s::p::kubernetes:core/v1:Secret::remote",
                inputs: { data: secret({ "a-1": base64(KUBECONFIG) }) },
            },
        ],
    },
});

describe("LeakSearch", () => {
    const found = (content: string) => {
        const search = new LeakSearch();
        search.addState(STATE);
        search.look({ name: "here", content });
        return search.found.map(({ secret: of, place }) => `${of} in ${place}`).sort();
    };
    const CLIENT = ["remote.inputs.data.a-1 in here"];
    const READER = ["reader.outputs.data.token in here"];

    it("knows each secret once, and nothing that is public", () => {
        const search = new LeakSearch();
        search.addState(STATE);
        expect(search.secrets).to.equal(5);
        search.addPassword("passphrase", PASSWORD.slice(1));
        expect(search.secrets).to.equal(6);
        expect(found(PUBLIC_KEYS.join(""))).to.deep.equal([]);
        expect(found(base64(PUBLIC_KEYS.join("")))).to.deep.equal([]);
    });

    for (const [what, secretText, expected] of [
        ["a key", SEC1, ["root.outputs.privateKeyPem in here"]],
        ["a key in another format", PKCS8, ["root.outputs.privateKeyPemPkcs8 in here"]],
        ["the key in a kubeconfig", CLIENT_KEY, CLIENT],
        ["a kubeconfig", KUBECONFIG, CLIENT],
        ["a token", TOKEN, READER],
        ["a password", PASSWORD, ["reader.outputs.password in here"]],
    ] as const) {
        it(`finds ${what}, plain, escaped and in base64`, () => {
            expect(found(`x ${secretText} y`)).to.deep.equal(expected);
            expect(found(JSON.stringify({ a: secretText }))).to.deep.equal(expected);
            expect(found(JSON.stringify(JSON.stringify({ a: secretText })))).to.deep.equal(
                expected,
            );
            for (const before of ["", "1", "12"]) {
                const inner = base64(before + secretText);
                expect(found(inner)).to.deep.equal(expected);
                // Its key is in base64 already, and no more than two of them are looked through.
                if (secretText === KUBECONFIG) continue;
                for (const outer of ["", "1", "12"]) {
                    expect(found(base64(`${outer}key: ${inner}\n`))).to.deep.equal(expected);
                }
            }
            expect(found(Buffer.from(secretText).toString("base64url"))).to.deep.equal(expected);
        });
    }

    it("never says the secret itself", () => {
        const said = JSON.stringify([...found(STATE)]);
        expect(said).not.to.contain(PASSWORD);
        expect(found(said)).to.deep.equal([]);
    });

    it("tells one token from another", () => {
        expect(found(token())).to.deep.equal([]);
    });
});

describe("changedFiles", () => {
    it("finds what has changed since, at any depth, and leaves out what it is told to", async () => {
        const folder = await mkdtemp(join(tmpdir(), "istio-fleet-leaks-"));
        try {
            const since = Date.now() - 1000;
            await writeFile(join(folder, "new"), "1");
            await writeFile(join(folder, "left-out"), "2");
            // Its content is older, but it has been there only since.
            await writeFile(join(folder, "moved-here"), "3");
            await utimes(join(folder, "moved-here"), 0, 0);
            const names = async (from: number) => {
                const all: string[] = [];
                const places = changedFiles([folder], from, [join(folder, "left-out")]);
                for await (const { name } of places) all.push(name.slice(folder.length + 1));
                return all.sort();
            };
            expect(await names(since)).to.deep.equal(["moved-here", "new"]);
            expect(await names(Date.now() + 60_000)).to.deep.equal([]);
        } finally {
            await rm(folder, { recursive: true });
        }
    });
});
