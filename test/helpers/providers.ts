// SPDX-License-Identifier: Apache-2.0
import { CREATE_TOKEN } from "../../components/expiringToken";
import { printedToken, tokenFor } from "./tokens";
import type { Properties } from "./wire";

/** A resource that a chart renders. */
export interface Rendered {
    readonly type: string;
    readonly name: string;
    readonly state: Properties;
}

/** The address that a load balancer gives to the gateway. */
export const GATEWAY_ADDRESS = "192.0.2.7";

/** A chart that renders nothing. */
export const EMPTY_CHART = "/charts/empty";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/** What a provider adds to a resource's inputs. The texts name their resource, for tests to follow. */
export function defaultState(type: string, name: string, inputs: Properties): Properties {
    switch (type) {
        case "command:local:Command":
            return { stdout: stdoutOf(name, inputs), stderr: `stderr of ${name}` };
        case "tls:index/privateKey:PrivateKey":
            return { privateKeyPem: `key of ${name}\n`, publicKeyPem: `public key of ${name}\n` };
        case "tls:index/certRequest:CertRequest":
            return { certRequestPem: `request of ${name}\n` };
        case "tls:index/selfSignedCert:SelfSignedCert":
        case "tls:index/locallySignedCert:LocallySignedCert":
            return { certPem: `certificate of ${name}\n` };
        case "kubernetes:core/v1:Secret":
            return { ...identified(name, inputs), ...accountToken(name, inputs) };
        default:
            return {};
    }
}

function stdoutOf(name: string, { create, environment }: Properties): string {
    if (create !== CREATE_TOKEN) return `stdout of ${name}`;
    const { HOURS } = environment as { HOURS: string };
    return printedToken(tokenFor(Number(HOURS), `token-of-${name}`), `ca of ${name}`);
}

/** What every API server adds. */
function identified(name: string, { metadata }: Properties): Properties {
    return { metadata: { ...(metadata as Properties), uid: `uid of ${name}` } };
}

/** What Kubernetes fills into the Secret of an account. */
function accountToken(name: string, { type }: Properties): Properties {
    if (type !== "kubernetes.io/service-account-token") return {};
    return { data: { token: base64(`token of ${name}`), "ca.crt": base64(`ca of ${name}`) } };
}

/** The resources that a chart renders, as far as a component looks at them; undefined for no chart. */
export function renderedBy(type: string, inputs: Properties): Rendered[] | undefined {
    if (type !== "kubernetes:helm.sh/v4:Chart") return undefined;
    if (inputs.name !== "istio-eastwestgateway" || inputs.chart === EMPTY_CHART) return [];
    return [
        { type: "kubernetes:apps/v1:Deployment", name: "gateway", state: { status: {} } },
        {
            type: "kubernetes:core/v1:Service",
            name: "gateway",
            state: { status: { loadBalancer: { ingress: [{ ip: GATEWAY_ADDRESS }] } } },
        },
    ];
}

/** What a function of a provider gives: of a chart, a CRD that is named after it, and something else. */
export function functionResult(token: string, args: Properties): Properties {
    if (token !== "kubernetes:helm:template") throw new Error(`${token}: no such function`);
    const { chart } = JSON.parse(String(args.jsonOpts)) as { chart: string };
    const object = (kind: string) => ({ kind, metadata: { name: chart } });
    return { result: [object("CustomResourceDefinition"), object("ConfigMap")] };
}
