// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";

const HOURS_PER_DAY = 24;
const CA_USES = ["digital_signature", "cert_signing", "crl_signing"];

/** Inputs of MeshCa. */
export interface MeshCaArgs {
    /** Names of the clusters that get an intermediate. */
    clusterNames: string[];
    /** Validity of the root certificate, in days. */
    rootValidityDays: number;
    /** Validity of each intermediate certificate, in days. */
    intermediateValidityDays: number;
    /** ECDSA (P-256) or RSA (4096 bits), for the root and the intermediates. */
    keyAlgorithm: string;
}

/** What istiod reads from its Secret `cacerts`, by file name. */
export interface CaCerts {
    /** The cluster's intermediate certificate. */
    "ca-cert.pem": string;
    /** The intermediate's key. */
    "ca-key.pem": string;
    /** The intermediate and the root, in that order. */
    "cert-chain.pem": string;
    /** The root certificate, the same in every cluster. */
    "root-cert.pem": string;
}

/** One root of trust for the mesh, and an intermediate per cluster. The keys stay in the state. */
export class MeshCa extends pulumi.ComponentResource {
    /** The root certificate. */
    public readonly rootCertPem: pulumi.Output<string>;
    /**
     * Content of the Secret `cacerts` of each cluster, by its name. Secret. Each is an output of its
     * own: a cluster that comes must not make the others' unknown.
     */
    public readonly caCerts: Readonly<Record<string, pulumi.Output<CaCerts>>>;

    constructor(name: string, args: MeshCaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:MeshCa", name, args, opts);
        // Not called after the root, which may be a cluster's name.
        const rootKey = privateKey(`${name}-key`, args.keyAlgorithm, this);
        const root = new tls.SelfSignedCert(
            `${name}-root`,
            {
                privateKeyPem: rootKey.privateKeyPem,
                isCaCertificate: true,
                // Intermediates may sign workloads, but no further authority.
                maxPathLength: 1,
                setSubjectKeyId: true,
                subject: { organization: "istio-fleet", commonName: "Root CA" },
                validityPeriodHours: args.rootValidityDays * HOURS_PER_DAY,
                allowedUses: CA_USES,
            },
            { parent: this },
        );
        this.rootCertPem = root.certPem;
        const entries = args.clusterNames.map(
            (cluster) =>
                [
                    cluster,
                    intermediate(`${name}-${cluster}`, cluster, args, rootKey, root, this),
                ] as const,
        );
        this.caCerts = Object.fromEntries(entries);
        this.registerOutputs({ rootCertPem: this.rootCertPem, caCerts: this.caCerts });
    }
}

/** A cluster's intermediate, signed by the root. Its name ends in the cluster's: metrics read it there. */
function intermediate(
    prefix: string,
    cluster: string,
    args: MeshCaArgs,
    rootKey: tls.PrivateKey,
    root: tls.SelfSignedCert,
    parent: pulumi.Resource,
): pulumi.Output<CaCerts> {
    const key = privateKey(`${prefix}-key`, args.keyAlgorithm, parent);
    const request = new tls.CertRequest(
        `${prefix}-request`,
        {
            privateKeyPem: key.privateKeyPem,
            subject: { organization: "istio-fleet", commonName: `Intermediate ${cluster}` },
        },
        { parent },
    );
    const certificate = new tls.LocallySignedCert(
        `${prefix}-cert`,
        {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: rootKey.privateKeyPem,
            caCertPem: root.certPem,
            isCaCertificate: true,
            setSubjectKeyId: true,
            validityPeriodHours: args.intermediateValidityDays * HOURS_PER_DAY,
            allowedUses: CA_USES,
        },
        { parent },
    );
    const files = pulumi
        .all([certificate.certPem, key.privateKeyPem, root.certPem])
        .apply(([certPem, keyPem, rootPem]) => caCerts(certPem, keyPem, rootPem));
    return pulumi.secret(files);
}

/** The files of `cacerts`, the chain from the leaf's issuer to the root. */
export function caCerts(certPem: string, keyPem: string, rootPem: string): CaCerts {
    const line = (pem: string) => (pem.endsWith("\n") ? pem : `${pem}\n`);
    return {
        "ca-cert.pem": line(certPem),
        "ca-key.pem": line(keyPem),
        "cert-chain.pem": line(certPem) + line(rootPem),
        "root-cert.pem": line(rootPem),
    };
}

function privateKey(name: string, algorithm: string, parent: pulumi.Resource): tls.PrivateKey {
    const strength = algorithm === "RSA" ? { rsaBits: 4096 } : { ecdsaCurve: "P256" };
    return new tls.PrivateKey(name, { algorithm, ...strength }, { parent });
}
