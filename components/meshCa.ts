// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { ROOT_ORGANIZATION, rootName } from "../plan/trust";

const HOURS_PER_DAY = 24;
const CA_USES = ["digital_signature", "cert_signing", "crl_signing"];

/** Inputs of MeshCa. */
export interface MeshCaArgs {
    /** Names of the clusters that get an intermediate. */
    clusterNames: string[];
    /** Number of the root that signs the intermediates. */
    signing: number;
    /** Numbers of the roots that are there and trusted, `signing` among them. */
    trusted: readonly number[];
    /** Validity of a root certificate, in days. */
    rootValidityDays: number;
    /** Validity of each intermediate certificate, in days. */
    intermediateValidityDays: number;
    /** An intermediate with fewer hours left is renewed, under its own key. */
    intermediateRenewalHours: number;
    /**
     * ECDSA (P-256) or RSA (4096 bits), for the intermediates and for roots that are yet to be made. A root
     * that is there keeps its key: another one under its name would be trusted by nobody.
     */
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
    /** The roots that are trusted, the same in every cluster. */
    "root-cert.pem": string;
}

/** A root's key and certificate. */
interface Root {
    readonly key: tls.PrivateKey;
    readonly certificate: tls.SelfSignedCert;
}

/**
 * The mesh's root of trust, and an intermediate per cluster. While one root gives way to the next there
 * are two. The keys stay in the state.
 */
export class MeshCa extends pulumi.ComponentResource {
    /** The trusted root certificates, that of the signing one first. */
    public readonly rootCertPem: pulumi.Output<string>;
    /**
     * Content of the Secret `cacerts` of each cluster, by its name. Secret. Each is an output of its
     * own: a cluster that comes must not make the others' unknown.
     */
    public readonly caCerts: Readonly<Record<string, pulumi.Output<CaCerts>>>;

    constructor(name: string, args: MeshCaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:MeshCa", name, args, opts);
        const signing = this.createRoot(name, args.signing, args);
        const others = args.trusted
            .filter((number) => number !== args.signing)
            .map((number) => this.createRoot(name, number, args));
        // istiod tells proxies of a change when it sees other bytes, so a new signer comes first.
        this.rootCertPem = pulumi
            .all([signing, ...others].map(({ certificate }) => certificate.certPem))
            .apply((pems) => pems.map(endLine).join(""));
        const entries = args.clusterNames.map(
            (cluster) =>
                [
                    cluster,
                    intermediate(
                        `${name}-${cluster}`,
                        cluster,
                        args,
                        signing,
                        this.rootCertPem,
                        this,
                    ),
                ] as const,
        );
        this.caCerts = Object.fromEntries(entries);
        this.registerOutputs({ rootCertPem: this.rootCertPem, caCerts: this.caCerts });
    }

    private createRoot(name: string, number: number, args: MeshCaArgs): Root {
        const which = numbered(number);
        // Not called after the root, which may be a cluster's name.
        const key = privateKey(`${name}-key${which}`, args.keyAlgorithm, {
            parent: this,
            ignoreChanges: ["algorithm", "ecdsaCurve", "rsaBits"],
        });
        const certificate = new tls.SelfSignedCert(
            `${name}-root${which}`,
            {
                privateKeyPem: key.privateKeyPem,
                isCaCertificate: true,
                // Intermediates may sign workloads, but no further authority.
                maxPathLength: 1,
                setSubjectKeyId: true,
                subject: { organization: ROOT_ORGANIZATION, commonName: rootName(number) },
                validityPeriodHours: args.rootValidityDays * HOURS_PER_DAY,
                allowedUses: CA_USES,
            },
            { parent: this },
        );
        return { key, certificate };
    }
}

/** What the names of a root's resources end in: nothing for the first, which had no number once. */
function numbered(number: number): string {
    return number === 1 ? "" : `-${String(number)}`;
}

/**
 * The key of a cluster's intermediate, and the request to sign it. The name in it ends in the cluster's:
 * metrics read it there.
 *
 * @param which what the names of the two end in.
 */
export function requestIntermediate(
    prefix: string,
    which: string,
    cluster: string,
    algorithm: string,
    parent: pulumi.Resource,
): { readonly key: tls.PrivateKey; readonly request: tls.CertRequest } {
    const key = privateKey(`${prefix}-key${which}`, algorithm, { parent });
    const request = new tls.CertRequest(
        `${prefix}-request${which}`,
        {
            privateKeyPem: key.privateKeyPem,
            subject: { organization: ROOT_ORGANIZATION, commonName: `Intermediate ${cluster}` },
        },
        { parent },
    );
    return { key, request };
}

/** A cluster's intermediate, signed by the root. */
function intermediate(
    prefix: string,
    cluster: string,
    args: MeshCaArgs,
    root: Root,
    trustedPem: pulumi.Output<string>,
    parent: pulumi.Resource,
): pulumi.Output<CaCerts> {
    // A root that is replaced may be one that is not trusted any more, and so its intermediates' keys.
    const which = numbered(args.signing);
    const { key, request } = requestIntermediate(prefix, which, cluster, args.keyAlgorithm, parent);
    const certificate = new tls.LocallySignedCert(
        `${prefix}-cert${which}`,
        {
            certRequestPem: request.certRequestPem,
            caPrivateKeyPem: root.key.privateKeyPem,
            caCertPem: root.certificate.certPem,
            isCaCertificate: true,
            setSubjectKeyId: true,
            validityPeriodHours: args.intermediateValidityDays * HOURS_PER_DAY,
            earlyRenewalHours: args.intermediateRenewalHours,
            allowedUses: CA_USES,
        },
        { parent },
    );
    const files = pulumi
        .all([certificate.certPem, key.privateKeyPem, root.certificate.certPem, trustedPem])
        .apply(([certPem, keyPem, rootPem, trusted]) => caCerts(certPem, keyPem, rootPem, trusted));
    return pulumi.secret(files);
}

/**
 * The files of `cacerts`: the chain from the leaf's issuer to its root, and every root that is trusted.
 * The chain must begin with the intermediate, whose expiry istiod reads there.
 */
export function caCerts(
    certPem: string,
    keyPem: string,
    rootPem: string,
    trustedPem: string,
): CaCerts {
    return {
        "ca-cert.pem": endLine(certPem),
        "ca-key.pem": endLine(keyPem),
        "cert-chain.pem": endLine(certPem) + endLine(rootPem),
        "root-cert.pem": endLine(trustedPem),
    };
}

function endLine(pem: string): string {
    return pem.endsWith("\n") ? pem : `${pem}\n`;
}

function privateKey(
    name: string,
    algorithm: string,
    opts: pulumi.CustomResourceOptions,
): tls.PrivateKey {
    const strength = algorithm === "RSA" ? { rsaBits: 4096 } : { ecdsaCurve: "P256" };
    return new tls.PrivateKey(name, { algorithm, ...strength }, opts);
}
