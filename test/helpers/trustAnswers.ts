// SPDX-License-Identifier: Apache-2.0
import { type Issuer, certificate, workloadChain } from "./certificates";

/*
 * What kubectl prints of what a cluster serves, by what it is asked.
 */

/** Beginning of all arguments of docker for a kind cluster. */
export const inNode = (cluster: string) =>
    `exec --interactive ${cluster}-control-plane kubectl --kubeconfig /etc/kubernetes/admin.conf --request-timeout=10s`;

/** Asks for Secret and ConfigMap, without the key of the former. */
export const GET_TRUST =
    "get secret/cacerts configmap/istio-ca-root-cert --namespace istio-system --ignore-not-found " +
    '--output=jsonpath={range .items[*]}{.kind}{"\\t"}{.data.ca-cert\\.pem}' +
    '{"\\t"}{.data.cert-chain\\.pem}{"\\t"}{.data.root-cert\\.pem}{"\\t"}{end}';

/** Asks for all pods, and when the proxy of each started. */
export const GET_PODS =
    "get pods --all-namespaces " +
    '--output=jsonpath={range .items[*]}{.metadata.namespace}{"/"}{.metadata.name}{"\\t"}' +
    '{.status.initContainerStatuses[?(@.name=="istio-proxy")].state.running.startedAt}' +
    '{.status.containerStatuses[?(@.name=="istio-proxy")].state.running.startedAt}{"\\n"}{end}';

/** Asks a proxy for its certificates. */
export const ask = (namespace: string, pod: string) =>
    `exec --namespace ${namespace} ${pod} --container istio-proxy -- ` +
    "pilot-agent request GET config_dump?resource=dynamic_active_secrets";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const bundle = (roots: readonly Issuer[]) => roots.map(({ pem }) => pem).join("");

/** Secret `cacerts` with an intermediate by the first of the roots. */
export function secret(...roots: readonly Issuer[]): string {
    const ca = certificate({ commonName: "Intermediate" }, roots[0]).pem;
    const files = [ca, ca + (roots[0]?.pem ?? ""), bundle(roots)];
    return ["Secret", ...files.map(base64), ""].join("\t");
}

/** ConfigMap `istio-ca-root-cert`. */
export function configMap(...roots: readonly Issuer[]): string {
    return ["ConfigMap", "", "", bundle(roots), ""].join("\t");
}

/** Both, in a primary whose istiod uses what is stored. */
export function trustObjects(...roots: readonly Issuer[]): string {
    return secret(...roots) + configMap(...roots);
}

/** The secrets of a proxy, whose certificate is by one of the roots. */
export function proxySecrets(signer: Issuer, ...roots: readonly Issuer[]): string {
    const chain = { inline_bytes: base64(workloadChain(signer)) };
    const trusted = { inline_bytes: base64(bundle(roots)) };
    return JSON.stringify({
        configs: [
            { name: "ROOTCA", secret: { validation_context: { trusted_ca: trusted } } },
            { name: "default", secret: { tls_certificate: { certificate_chain: chain } } },
        ],
    });
}

/** A line of the list of pods. */
export const pod = (name: string, started = "2026-11-21T19:13:45Z") => `${name}\t${started}\n`;
