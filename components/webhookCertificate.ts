// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const HOURS_PER_DAY = 24;
const VALIDITY_HOURS = 3650 * HOURS_PER_DAY;

/** Inputs of WebhookCertificate. */
export interface WebhookCertificateArgs {
    /** The webhook's server name: `<service>.<namespace>.svc`. */
    dnsName: string;
}

/**
 * A certificate authority of its own and a server certificate for an admission webhook, in the form
 * that open-policy-agent/cert-controller accepts as its own work and so leaves alone: the authority's
 * certificate names "cert" in its SAN, and its key is PKCS#1.
 */
export class WebhookCertificate extends pulumi.ComponentResource {
    /** The Secret's content: ca.crt, ca.key, tls.crt and tls.key. Secret. */
    public readonly data: pulumi.Output<Record<string, string>>;

    constructor(
        name: string,
        args: WebhookCertificateArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:WebhookCertificate", name, args, opts);
        const key = (suffix: string) =>
            new tls.PrivateKey(
                `${name}-${suffix}`,
                { algorithm: "RSA", rsaBits: 2048 },
                { parent: this },
            );
        const caKey = key("ca-key");
        const ca = new tls.SelfSignedCert(
            `${name}-ca`,
            {
                privateKeyPem: caKey.privateKeyPem,
                isCaCertificate: true,
                subject: { commonName: "cert", organization: "cert" },
                dnsNames: ["cert"],
                validityPeriodHours: VALIDITY_HOURS,
                allowedUses: ["digital_signature", "cert_signing"],
            },
            { parent: this },
        );
        const serverKey = key("key");
        const request = new tls.CertRequest(
            `${name}-request`,
            {
                privateKeyPem: serverKey.privateKeyPem,
                subject: { commonName: args.dnsName },
                dnsNames: [args.dnsName],
            },
            { parent: this },
        );
        const server = new tls.LocallySignedCert(
            `${name}-cert`,
            {
                certRequestPem: request.certRequestPem,
                caPrivateKeyPem: caKey.privateKeyPem,
                caCertPem: ca.certPem,
                validityPeriodHours: VALIDITY_HOURS,
                allowedUses: ["digital_signature", "key_encipherment", "server_auth"],
            },
            { parent: this },
        );
        this.data = pulumi.secret<Record<string, pulumi.Output<string>>>({
            "ca.crt": ca.certPem,
            "ca.key": caKey.privateKeyPem,
            "tls.crt": server.certPem,
            "tls.key": serverKey.privateKeyPem,
        });
        this.registerOutputs({ data: this.data });
    }
}
