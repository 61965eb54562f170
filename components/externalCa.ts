// SPDX-License-Identifier: Apache-2.0
import { X509Certificate, createPrivateKey } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { type CaCerts, caCerts, requestIntermediate } from "./meshCa";
import type { SignedIntermediate } from "../plan/externalRoot";
import { formatProblem } from "../plan/problem";
import { userError } from "./userError";

/** A cluster that gets an intermediate. */
export interface ExternalCaCluster {
    name: string;
    /** What was signed for it; undefined before that. */
    intermediate: SignedIntermediate | undefined;
}

/** Inputs of ExternalCa. */
export interface ExternalCaArgs {
    clusters: ExternalCaCluster[];
    /** The trusted root certificates, PEM. */
    rootCertPem: string;
    /** ECDSA (P-256) or RSA (4096 bits), for the intermediates. */
    keyAlgorithm: string;
}

/**
 * A root of trust whose key is kept elsewhere, and an intermediate per cluster that is signed there: its
 * key is made here, and its request goes out.
 */
export class ExternalCa extends pulumi.ComponentResource {
    /** The trusted root certificates. */
    public readonly rootCertPem: pulumi.Output<string>;
    /**
     * Content of the Secret `cacerts` of each cluster that has an intermediate, by its name. Secret. It
     * fails where the intermediate is for another key.
     */
    public readonly caCerts: Readonly<Record<string, pulumi.Output<CaCerts>>>;
    /** The request of each cluster by its name, PEM. Each changes only with its key, which is not in it. */
    public readonly certificateRequests: Readonly<Record<string, pulumi.Output<string>>>;

    constructor(name: string, args: ExternalCaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ExternalCa", name, args, opts);
        this.rootCertPem = pulumi.output(args.rootCertPem);
        const requests: [string, pulumi.Output<string>][] = [];
        const files: [string, pulumi.Output<CaCerts>][] = [];
        for (const { name: cluster, intermediate } of args.clusters) {
            const prefix = `${name}-${cluster}`;
            const { key, request } = requestIntermediate(
                prefix,
                "",
                cluster,
                args.keyAlgorithm,
                this,
            );
            requests.push([cluster, request.certRequestPem]);
            if (!intermediate) continue;
            const made = pulumi
                .all([key.privateKeyPem, request.certRequestPem])
                .apply(([keyPem, requestPem]) => filesOf(intermediate, keyPem, requestPem));
            files.push([cluster, pulumi.secret(made)]);
        }
        this.certificateRequests = Object.fromEntries(requests);
        this.caCerts = Object.fromEntries(files);
        // Without caCerts: what they fail with would be said a second time, with a stack.
        const { rootCertPem, certificateRequests } = this;
        this.registerOutputs({ rootCertPem, certificateRequests });
    }
}

/**
 * The files of `cacerts`.
 *
 * @throws RunError where the intermediate is for another key: istiod would not start with it.
 */
function filesOf(
    { path, certPem, issuersPem, trustedPem }: SignedIntermediate,
    keyPem: string,
    requestPem: string,
): CaCerts {
    if (new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem))) {
        return caCerts(certPem, keyPem, issuersPem, trustedPem);
    }
    const text = formatProblem({
        property: "trust.externalRoot.intermediates",
        value: path,
        rule: "begins with a certificate for another key than that of the cluster's request",
        fix: "Put back what was signed for it, or sign this:",
    });
    // A run that fails gives no outputs, so the request is here.
    throw userError(`${text}\n${requestPem}`);
}
