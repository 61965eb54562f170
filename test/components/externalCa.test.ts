// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ExternalCa, type ExternalCaArgs } from "../../components";
import type { SignedIntermediate } from "../../plan/externalRoot";
import { type Issuer, certificate } from "../helpers/certificates";
import { thrownBy } from "../helpers/errors";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const KEY = "tls:index/privateKey:PrivateKey";
const REQUEST = "tls:index/certRequest:CertRequest";

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const keyPem = privateKey.export({ type: "sec1", format: "pem" });
/** The keys that the provider makes. */
const states = new Map([["ca-west-key", { privateKeyPem: keyPem }]]);

const root = certificate({ commonName: "root" });
const signed = (issued: Issuer): SignedIntermediate => ({
    path: "signed/west.pem",
    certPem: issued.pem,
    issuersPem: "between\nroot\n",
    trustedPem: "root\nother\n",
});
const intermediate = signed(certificate({ commonName: "Intermediate west" }, root, privateKey));

const args: ExternalCaArgs = {
    clusters: [
        { name: "east", intermediate: undefined },
        { name: "west", intermediate },
    ],
    rootCertPem: "other\nroot\n",
    keyAlgorithm: "ECDSA",
};

describe("ExternalCa", () => {
    let ca: ExternalCa;
    let recording: Recording;
    before(async () => {
        const made = await record(() => new ExternalCa("ca", args), "test", states);
        ({ result: ca, recording } = made);
    });

    it("is a key and a request for each cluster, and signs nothing", () => {
        expect(shape(recording)).to.deep.equal(
            [
                " > istio-fleet:index:ExternalCa ca",
                `ca > ${KEY} ca-east-key`,
                `ca > ${REQUEST} ca-east-request`,
                `ca > ${KEY} ca-west-key`,
                `ca > ${REQUEST} ca-west-request`,
            ].sort(),
        );
    });

    it("makes P-256 keys, or RSA keys of 4096 bits when asked to", async () => {
        for (const { inputs } of recording.ofType(KEY)) {
            expect(inputs).to.deep.equal({ algorithm: "ECDSA", ecdsaCurve: "P256" });
        }
        const rsa = { ...args, keyAlgorithm: "RSA" };
        const made = await record(() => new ExternalCa("ca", rsa), "test", states);
        for (const { inputs } of made.recording.ofType(KEY)) {
            expect(inputs).to.deep.equal({ algorithm: "RSA", rsaBits: 4096 });
        }
    });

    it("requests an intermediate by the cluster's name, which metrics read", () => {
        expect(recording.get(REQUEST, "ca-west-request").inputs).to.deep.equal({
            privateKeyPem: keyPem,
            subject: { organization: "istio-fleet", commonName: "Intermediate west" },
        });
    });

    it("gives every request, which is no secret", async () => {
        expect(await settled(pulumi.output(ca.certificateRequests))).to.deep.equal({
            value: {
                east: "request of ca-east-request\n",
                west: "request of ca-west-request\n",
            },
            secret: false,
        });
    });

    it("gives the files of a cluster whose intermediate is signed, secret", async () => {
        expect(Object.keys(ca.caCerts)).to.deep.equal(["west"]);
        expect(await settled(pulumi.output(ca.caCerts.west))).to.deep.equal({
            value: {
                "ca-cert.pem": intermediate.certPem,
                "ca-key.pem": keyPem,
                "cert-chain.pem": `${intermediate.certPem}between\nroot\n`,
                "root-cert.pem": "root\nother\n",
            },
            secret: true,
        });
    });

    it("gives the root certificates as their file has them", async () => {
        expect(await settled(ca.rootCertPem)).to.deep.equal({
            value: "other\nroot\n",
            secret: false,
        });
    });

    it("registers no more than what anybody may see", () => {
        expect([...recording.outputs.values()]).to.deep.equal([
            {
                outputs: {
                    rootCertPem: "other\nroot\n",
                    certificateRequests: {
                        east: "request of ca-east-request\n",
                        west: "request of ca-west-request\n",
                    },
                },
                secrets: [],
            },
        ]);
    });

    it("refuses a certificate for another key, and gives the request to sign", async () => {
        const clusters = [{ name: "west", intermediate: signed(certificate({ commonName: "x" })) }];
        const error = await thrownBy(() =>
            record(() => new ExternalCa("ca", { ...args, clusters }), "test", states),
        );
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        const { message, stack } = error as Error;
        expect(message).to.equal(
            'trust.externalRoot.intermediates: "signed/west.pem" begins with a certificate for another key than that of the cluster\'s request. ' +
                "Put back what was signed for it, or sign this:\n" +
                "request of ca-west-request\n",
        );
        expect(stack).to.equal(undefined);
    });
});
