// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";

/** Name of the sidecar's container, and of the proxy's in a gateway's pod. */
export const PROXY = "istio-proxy";

/** What Envoy's admin interface is asked for: all secrets that istiod gave it. */
export const PROXY_SECRETS = "config_dump?resource=dynamic_active_secrets";

/** Name of the secret with a workload's own certificate. */
const OWN = "default";
/** Name of the secret with the roots that a workload trusts. */
const ROOTS = "ROOTCA";

/** Gateways have the secrets of their TLS listeners beside these two, and those of any form. */
const dump = z.object({
    configs: z.array(z.object({ name: z.string(), secret: z.unknown().optional() })).optional(),
});

const inline = z.object({ inline_bytes: z.base64() });
const own = z.object({ tls_certificate: z.object({ certificate_chain: inline }) });
const roots = z.object({ validation_context: z.object({ trusted_ca: inline }) });

/** The certificates that a proxy was given, as PEM. */
export interface ServedCertificates {
    /** Its own certificate, then those that lead to the root. */
    readonly chain: string;
    /** The roots that it trusts. */
    readonly roots: string;
}

/** Certificates in the answer to PROXY_SECRETS. */
export function parseSecrets(text: string): ServedCertificates {
    const { configs = [] } = dump.parse(JSON.parse(text));
    const secretOf = (wanted: string) => configs.find(({ name }) => name === wanted)?.secret;
    const [ownSecret, rootSecret] = [secretOf(OWN), secretOf(ROOTS)];
    if (ownSecret === undefined || rootSecret === undefined) {
        throw new Error("the proxy has no certificate yet");
    }
    return {
        chain: decode(own.parse(ownSecret).tls_certificate.certificate_chain),
        roots: decode(roots.parse(rootSecret).validation_context.trusted_ca),
    };
}

function decode({ inline_bytes: bytes }: z.output<typeof inline>): string {
    return Buffer.from(bytes, "base64").toString("utf8");
}
