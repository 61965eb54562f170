// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";

/** What remotes ask istiod for: its configuration and certificates, and the webhooks. */
const PORTS = [
    { number: 15012, name: "tls-istiod" },
    { number: 15017, name: "tls-istiodwebhook" },
];

const ISTIOD = `istiod.${ISTIO_NAMESPACE}.svc.cluster.local`;

const metadata = { name: "istiod-gateway", namespace: ISTIO_NAMESPACE };

/** istiod behind the east-west gateway, for remotes, by TLS that the gateway does not end. */
export class IstiodExposure extends pulumi.ComponentResource {
    /** Stands for istiod being exposed: what lives on it in a remote depends on it. */
    public readonly exposed: pulumi.Resource;

    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:IstiodExposure", name, {}, opts);
        const gateway = new k8s.CustomResource(`${name}-gateway`, istiodGateway, { parent: this });
        this.exposed = new k8s.CustomResource(`${name}-routes`, istiodRoutes, {
            parent: this,
            dependsOn: [gateway],
        });
        this.registerOutputs();
    }
}

/** Istio's own samples/multicluster/expose-istiod.yaml, also for its two objects' names. */
export const istiodGateway = {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata,
    spec: {
        selector: { istio: "eastwestgateway" },
        servers: PORTS.map(({ number, name }) => ({
            port: { number, name, protocol: "tls" },
            tls: { mode: "PASSTHROUGH" },
            hosts: ["*"],
        })),
    },
};

export const istiodRoutes = {
    apiVersion: "networking.istio.io/v1",
    kind: "VirtualService",
    metadata: { ...metadata, name: "istiod-vs" },
    spec: {
        hosts: ["*"],
        gateways: [metadata.name],
        tls: PORTS.map(({ number }) => ({
            match: [{ port: number, sniHosts: ["*"] }],
            route: [
                {
                    destination: {
                        host: ISTIOD,
                        port: { number: number === 15017 ? 443 : number },
                    },
                },
            ],
        })),
    },
};
