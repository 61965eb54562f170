// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { ChartSource } from "../versions";
import { chartArgs } from "./chart";

/** Name of the gateway's Deployment and Service. */
export const GATEWAY_NAME = "istio-eastwestgateway";

/** Inputs of EastWestGateway. */
export interface EastWestGatewayArgs {
    /** The network that the gateway leads into. */
    network: string;
    /** The address it is to have, one of the load balancer's pool; undefined where that chooses. */
    address: string | undefined;
    /** Where chart gateway comes from. */
    chart: ChartSource;
    /** Helm values for the chart, which win over ours. */
    values: Record<string, unknown>;
}

/** The east-west gateway: peers reach the cluster's services through it, by SNI, without it reading them. */
export class EastWestGateway extends pulumi.ComponentResource {
    /** The address that the load balancer gave, where port 15443 serves. */
    public readonly address: pulumi.Output<string>;

    constructor(name: string, args: EastWestGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:EastWestGateway", name, args, opts);
        const chart = new k8s.Chart(
            `${name}-chart`,
            chartArgs(
                GATEWAY_NAME,
                ISTIO_NAMESPACE,
                args.chart,
                gatewayValues(args.network, args.address),
                isAutoscaled(args.values) ? {} : { replicaCount: 1 },
                args.values,
            ),
            { parent: this },
        );
        new k8s.CustomResource(`${name}-cross-network`, crossNetworkGateway, {
            parent: this,
            // istiod checks it, as it injected the gateway's pod: once that runs, its webhooks serve.
            dependsOn: [chart],
        });
        this.address = pulumi
            .output(chart.resources as pulumi.Output<unknown[]>)
            .apply((resources) => loadBalancerAddress(resources, args.address));
        this.registerOutputs({ address: this.address });
    }
}

/**
 * Whether an autoscaler decides how many there are. Otherwise the number is ours, and said: one that
 * was scaled by hand, to none above all, would not be seen as drift.
 */
function isAutoscaled({ autoscaling }: Record<string, unknown>): boolean {
    return (autoscaling as { enabled?: boolean } | undefined)?.enabled === true;
}

/** Our values for chart gateway. */
export function gatewayValues(
    network: string,
    address: string | undefined,
): Record<string, unknown> {
    return {
        name: GATEWAY_NAME,
        networkGateway: network,
        autoscaling: { enabled: false },
        resources: { requests: { cpu: "10m", memory: "40Mi" } },
        // The injected probe asks every 15 s, and the first time too early.
        readinessProbe: {
            httpGet: { path: "/healthz/ready", port: 15021 },
            periodSeconds: 2,
            timeoutSeconds: 3,
            failureThreshold: 10,
        },
        service: {
            annotations: {
                ...(address === undefined ? {} : { "metallb.io/loadBalancerIPs": address }),
                "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
            },
        },
    };
}

/** Every service of the cluster, under its own name, to whoever comes with mutual TLS of the mesh. */
const crossNetworkGateway: k8s.CustomResourceArgs = {
    apiVersion: "networking.istio.io/v1",
    kind: "Gateway",
    metadata: { name: "cross-network-gateway", namespace: ISTIO_NAMESPACE },
    spec: {
        selector: { istio: "eastwestgateway" },
        servers: [
            {
                port: { number: 15443, name: "tls", protocol: "TLS" },
                tls: { mode: "AUTO_PASSTHROUGH" },
                hosts: ["*.local"],
            },
        ],
    },
};

/** The address in the Service's status, which the provider has waited for. */
function loadBalancerAddress(
    resources: readonly unknown[],
    planned: string | undefined,
): pulumi.Output<string> {
    const service = resources.find((resource) => k8s.Service.isInstance(resource));
    if (!service) throw new Error("chart gateway: must render a Service, but it rendered none");
    return service.status.apply((status) => addressIn(status, planned, pulumi.runtime.isDryRun()));
}

/** What of a Service's status is read. */
interface ServiceStatus {
    readonly loadBalancer?: {
        readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[];
    };
}

/**
 * The address in a Service's status. Only a preview may find none there, for nothing is waited for: when
 * the address has gone, with the pool that it was from. Then it is as planned, or unknown.
 */
export function addressIn(
    { loadBalancer }: ServiceStatus,
    planned: string | undefined,
    preview: boolean,
): string {
    const [ingress] = loadBalancer?.ingress ?? [];
    // Clouds give some load balancers a name instead.
    const address = ingress?.ip ?? ingress?.hostname;
    if (address) return address;
    if (preview) return planned ?? (pulumi.unknown as unknown as string);
    throw new Error(`Service ${GATEWAY_NAME}: has neither an address nor a name in its status`);
}
