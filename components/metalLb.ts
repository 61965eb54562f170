// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { acceptedInDryRun } from "./dryRun";
import * as k8s from "./kubernetes";
import { type ChartSource } from "../versions";
import { mergeValues } from "../plan/mergeValues";
import { METALLB_NAMESPACE } from "../plan/namespaces";
import { chartArgs } from "./chart";
import type { CrdChart } from "./chartCrds";
import type { ClusterAccess } from "./kubectl";

const RELEASE = "metallb";
const CONTROLLER = "metallb-controller";
const WEBHOOK_PORT = 9443;
const WEBHOOK_SECRET = "metallb-webhook-cert";
const WEBHOOK_SERVICE = "metallb-webhook-service";

/** The server name of MetalLB's webhook. */
export const METALLB_WEBHOOK_NAME = `${WEBHOOK_SERVICE}.${METALLB_NAMESPACE}.svc`;

/** Inputs of MetalLb. */
export interface MetalLbArgs {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /** Whether the cluster has several nodes: speakers then watch each other. */
    severalNodes: boolean;
    /** Tells one making of the cluster from the next. */
    identity: string;
    /** Labels of the namespace, beside those that the speaker needs. */
    namespaceLabels: Readonly<Record<string, string>>;
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

/** MetalLB in layer 2 mode with one pool. Not its CRDs, which have to be there first. */
export class MetalLb extends pulumi.ComponentResource {
    /** The addresses, once MetalLB gives them to services. */
    public readonly addressPool: pulumi.Output<string>;

    constructor(name: string, args: MetalLbArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:MetalLb", name, args, opts);
        const namespace = new k8s.Namespace(
            `${name}-namespace`,
            {
                metadata: {
                    name: METALLB_NAMESPACE,
                    // The speaker needs the host's network and NET_RAW.
                    labels: {
                        ...args.namespaceLabels,
                        "pod-security.kubernetes.io/enforce": "privileged",
                    },
                },
            },
            { parent: this },
        );
        const chart = new k8s.Chart(
            `${name}-chart`,
            chartArgs(
                RELEASE,
                METALLB_NAMESPACE,
                args.chart,
                metalLbValues,
                { speaker: { memberlist: { enabled: args.severalNodes } } },
                args.values,
            ),
            {
                parent: this,
                dependsOn: [namespace],
                transforms: [
                    fillWebhookSecret(pulumi.secret(args.webhookCertificate)),
                    readyWhenWebhookListens,
                ],
            },
        );
        const webhook = acceptedInDryRun(
            `${name}-webhook`,
            {
                access: args.access,
                identity: args.identity,
                object: addressPool("try", "192.0.2.1/32"),
            },
            { parent: this, dependsOn: [chart] },
        );
        const pool = new k8s.CustomResource(`${name}-pool`, addressPool("pool", args.addressPool), {
            parent: this,
            dependsOn: [webhook],
        });
        new k8s.CustomResource(
            `${name}-l2`,
            {
                apiVersion: "metallb.io/v1beta1",
                kind: "L2Advertisement",
                metadata: { name: "l2", namespace: METALLB_NAMESPACE },
                spec: { ipAddressPools: ["pool"] },
            },
            { parent: this, dependsOn: [pool] },
        );
        this.addressPool = pulumi.all([args.addressPool, pool.id]).apply(([range]) => range);
        this.registerOutputs({ addressPool: this.addressPool });
    }
}

/** Where the CRDs of MetalLB's come from, with the values that win over ours. */
export function metalLbCrds(source: ChartSource, values: Record<string, unknown>): CrdChart {
    const all = mergeValues(metalLbValues, values);
    return { release: RELEASE, namespace: METALLB_NAMESPACE, source, values: all };
}

/** A pool of addresses, `first-last` or a CIDR block. */
function addressPool(name: string, addresses: pulumi.Input<string>) {
    return {
        apiVersion: "metallb.io/v1beta1",
        kind: "IPAddressPool",
        metadata: { name, namespace: METALLB_NAMESPACE },
        spec: { addresses: [addresses] },
    };
}

/** Each of its processes takes about 65 MB with a pool and a few services. */
const SMALL = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "256Mi" } } as const;

/**
 * Our values: layer 2 only, announced by control plane nodes too (kubeadm labels them for exclusion),
 * and probes that see readiness within a second.
 */
export const metalLbValues = {
    frrk8s: { enabled: false },
    controller: { resources: SMALL },
    speaker: {
        resources: SMALL,
        ignoreExcludeLB: true,
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
 * manager, which is ready seconds earlier on a loaded machine, and then a pool is refused. And says
 * that there is one, which the chart leaves out: a number that nobody said is no drift when it changes.
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
    return { props: { ...props, spec: { replicas: 1, ...spec, template } }, opts };
};

/** What the transform reads of a Deployment. */
interface ControllerSpec {
    template: { spec: { containers: { name: string }[] } };
}
