// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { type ChartSource } from "../versions";
import { chartArgs, inInstallOrder } from "./chart";

const NAMESPACE = "metallb-system";
const CONTROLLER = "metallb-controller";
const WEBHOOK_PORT = 9443;
const WEBHOOK_SECRET = "metallb-webhook-cert";

const WEBHOOK_SERVICE = "metallb-webhook-service";

/** The server name of MetalLB's webhook. */
export const METALLB_WEBHOOK_NAME = `${WEBHOOK_SERVICE}.${NAMESPACE}.svc`;

/** Inputs of MetalLb. */
export interface MetalLbArgs {
    /** Addresses that it gives to services, `first-last`. */
    addressPool: pulumi.Input<string>;
    /**
     * Content of the webhook's Secret, which is `data` of a WebhookCertificate for
     * METALLB_WEBHOOK_NAME. It has keys in it: give it as a secret, for the state keeps arguments.
     */
    webhookCertificate: pulumi.Input<Record<string, pulumi.Input<string>>>;
    /** Where the chart comes from. */
    chart: ChartSource;
    /** Helm values for the chart, which win over ours. */
    values: Record<string, unknown>;
}

/** MetalLB in layer 2 mode with one pool. */
export class MetalLb extends pulumi.ComponentResource {
    /** The addresses, once MetalLB gives them to services. */
    public readonly addressPool: pulumi.Output<string>;
    /** The chart: its workloads run, while the webhook may not be reachable yet. */
    public readonly workloads: pulumi.Resource;

    constructor(name: string, args: MetalLbArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:MetalLb", name, args, opts);
        const namespace = new k8s.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: NAMESPACE,
                    // The speaker needs the host's network and NET_RAW.
                    labels: { "pod-security.kubernetes.io/enforce": "privileged" },
                },
            },
            { parent: this },
        );
        this.workloads = new k8s.Chart(
            `${name}-chart`,
            inInstallOrder(chartArgs("metallb", NAMESPACE, args.chart, metalLbValues, args.values)),
            {
                parent: this,
                dependsOn: [namespace],
                transforms: [
                    fillWebhookSecret(pulumi.secret(args.webhookCertificate)),
                    readyWhenWebhookListens,
                ],
            },
        );
        // Changes nothing: the provider waits until ten seconds have passed since the last change of
        // the Service's endpoints, in which kube-proxy gets to route to them.
        const webhook = new k8s.ServicePatch(
            `${name}-webhook-service`,
            { metadata: { name: WEBHOOK_SERVICE, namespace: NAMESPACE } },
            { parent: this, dependsOn: [this.workloads] },
        );
        const pool = new k8s.CustomResource(
            `${name}-pool`,
            {
                apiVersion: "metallb.io/v1beta1",
                kind: "IPAddressPool",
                metadata: { name: "pool", namespace: NAMESPACE },
                spec: { addresses: [args.addressPool] },
            },
            { parent: this, dependsOn: [webhook] },
        );
        new k8s.CustomResource(
            `${name}-l2`,
            {
                apiVersion: "metallb.io/v1beta1",
                kind: "L2Advertisement",
                metadata: { name: "l2", namespace: NAMESPACE },
                spec: { ipAddressPools: ["pool"] },
            },
            { parent: this, dependsOn: [pool] },
        );
        this.addressPool = pulumi.all([args.addressPool, pool.id]).apply(([range]) => range);
        this.registerOutputs({ addressPool: this.addressPool });
    }
}

/**
 * Our values: layer 2 only, announced by control plane nodes too (kubeadm labels them for exclusion),
 * no memberlist (there is one node), and probes that see readiness within a second.
 */
export const metalLbValues = {
    frrk8s: { enabled: false },
    speaker: {
        ignoreExcludeLB: true,
        memberlist: { enabled: false },
        readinessProbe: { initialDelaySeconds: 1, periodSeconds: 1 },
        startupProbe: { periodSeconds: 1, failureThreshold: 150 },
    },
} as const;

/**
 * Gives the chart's webhook Secret its content. The chart renders it empty for the controller to
 * fill; the controller's webhook server then starts only when the kubelet refreshes the mounted
 * volume, up to three minutes later, in which every pool is refused. With a valid certificate there
 * from the start it serves at once.
 */
export function fillWebhookSecret(
    data: pulumi.Input<Record<string, pulumi.Input<string>>>,
): pulumi.ResourceTransform {
    return ({ type, props, opts }) => {
        const metadata = props.metadata as { name?: string } | undefined;
        if (type !== "kubernetes:core/v1:Secret" || metadata?.name !== WEBHOOK_SECRET) {
            return undefined;
        }
        return { props: { ...props, stringData: data }, opts };
    };
}

/**
 * Makes the controller Ready when its webhook server listens. The chart's own probe asks the
 * manager, which is ready seconds earlier on a loaded machine, and then a pool is refused.
 */
export const readyWhenWebhookListens: pulumi.ResourceTransform = ({ type, props, opts }) => {
    const metadata = props.metadata as { name?: string } | undefined;
    if (type !== "kubernetes:apps/v1:Deployment" || metadata?.name !== CONTROLLER) return undefined;
    const { spec } = props as unknown as { spec: ControllerSpec };
    const containers = spec.template.spec.containers.map((container) =>
        container.name === "controller"
            ? {
                  ...container,
                  readinessProbe: { tcpSocket: { port: WEBHOOK_PORT }, periodSeconds: 1 },
              }
            : container,
    );
    const template = { ...spec.template, spec: { ...spec.template.spec, containers } };
    return { props: { ...props, spec: { ...spec, template } }, opts };
};

/** What the transform reads of a Deployment. */
interface ControllerSpec {
    template: { spec: { containers: { name: string }[] } };
}
