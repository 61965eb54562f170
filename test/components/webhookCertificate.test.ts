// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { WebhookCertificate } from "../../components";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const KEY = "tls:index/privateKey:PrivateKey";
const REQUEST = "tls:index/certRequest:CertRequest";
const CA = "tls:index/selfSignedCert:SelfSignedCert";
const CERT = "tls:index/locallySignedCert:LocallySignedCert";

describe("WebhookCertificate", () => {
    let certificate: WebhookCertificate;
    let recording: Recording;
    before(async () => {
        ({ result: certificate, recording } = await record(
            () => new WebhookCertificate("w", { dnsName: "hook.ns.svc" }),
        ));
    });

    it("is an authority and a certificate, each with its key", () => {
        expect(shape(recording)).to.deep.equal(
            [
                " > istio-fleet:index:WebhookCertificate w",
                `w > ${KEY} w-ca-key`,
                `w > ${CA} w-ca`,
                `w > ${KEY} w-key`,
                `w > ${REQUEST} w-request`,
                `w > ${CERT} w-cert`,
            ].sort(),
        );
    });

    it("makes RSA keys, which are PKCS#1", () => {
        for (const { inputs } of recording.ofType(KEY)) {
            expect(inputs).to.deep.equal({ algorithm: "RSA", rsaBits: 2048 });
        }
    });

    it("names the authority as cert-controller does", () => {
        expect(recording.get(CA, "w-ca").inputs).to.deep.equal({
            privateKeyPem: "key of w-ca-key\n",
            isCaCertificate: true,
            subject: { commonName: "cert", organization: "cert" },
            dnsNames: ["cert"],
            validityPeriodHours: 87_600,
            allowedUses: ["digital_signature", "cert_signing"],
        });
    });

    it("requests a certificate for the webhook's name", () => {
        expect(recording.get(REQUEST, "w-request").inputs).to.deep.equal({
            privateKeyPem: "key of w-key\n",
            subject: { commonName: "hook.ns.svc" },
            dnsNames: ["hook.ns.svc"],
        });
    });

    it("signs it with the authority's key, for a server", () => {
        expect(recording.get(CERT, "w-cert").inputs).to.deep.equal({
            certRequestPem: "request of w-request\n",
            caPrivateKeyPem: "key of w-ca-key\n",
            caCertPem: "certificate of w-ca\n",
            validityPeriodHours: 87_600,
            allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
        });
    });

    it("gives the content of the Secret, secret", async () => {
        expect(await settled(certificate.data)).to.deep.equal({
            value: {
                "ca.crt": "certificate of w-ca\n",
                "ca.key": "key of w-ca-key\n",
                "tls.crt": "certificate of w-cert\n",
                "tls.key": "key of w-key\n",
            },
            secret: true,
        });
    });

    it("registers its output as secret", () => {
        expect([...recording.outputs.values()].map(({ secrets }) => secrets)).to.deep.equal([
            ["data"],
        ]);
    });
});
