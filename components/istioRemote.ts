// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { ChartSource } from "../versions";
import { chartArgs } from "./chart";
import { BASE_RELEASE, type IstioArgs, commonValues, webhookValues } from "./istioControlPlane";
import { createIstioNamespace } from "./istioNamespace";

type HelmValues = Readonly<Record<string, unknown>>;

/** Inputs of IstioRemote. */
export interface IstioRemoteArgs extends IstioArgs {
    /** Name of the cluster whose istiod serves this one. */
    primary: string;
    /** Address where that istiod serves, on ports 15012 and 15017: its cluster's east-west gateway. */
    pilotAddress: pulumi.Input<string>;
}

/**
 * Istio in a cluster without a control plane of its own: the webhooks that lead to its primary's
 * istiod, and that istiod's Service, with the address of the primary's gateway.
 */
export class IstioRemote extends pulumi.ComponentResource {
    /** The namespace, once the webhooks are there. */
    public readonly namespace: pulumi.Output<string>;

    constructor(name: string, args: IstioRemoteArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:IstioRemote", name, args, opts);
        const namespace = createIstioNamespace(
            name,
            args.network,
            args.namespaceLabels,
            { parent: this },
            // Lets that istiod write here: its root certificate, its status.
            { "topology.istio.io/controlPlaneClusters": args.primary },
        );
        const values = remoteValues(args);
        const chart = (key: string, release: string, source: ChartSource, own: HelmValues) =>
            new k8s.Chart(
                `${name}-${key}`,
                chartArgs(release, ISTIO_NAMESPACE, source, values, own),
                { parent: this, dependsOn: [namespace] },
            );
        const base = chart("base", BASE_RELEASE, args.baseChart, args.baseValues);
        const istiod = chart("istiod", "istiod", args.istiodChart, args.istiodValues);
        this.namespace = pulumi
            .all([namespace.metadata.name, base.resources, istiod.resources])
            .apply(([ready]) => ready);
        this.registerOutputs({ namespace: this.namespace });
    }
}

/**
 * Our values for charts base and istiod of a remote
 * (https://istio.io/latest/docs/setup/install/multicluster/primary-remote_multi-network/).
 */
export function remoteValues(args: IstioRemoteArgs): Record<string, unknown> {
    const common = commonValues(args);
    const webhooks = webhookValues(args.rootCertPem);
    return {
        ...common,
        profile: "remote",
        base: webhooks.base,
        istiodRemote: {
            ...webhooks.istiodRemote,
            injectionPath: `/inject/cluster/${args.clusterName}/net/${args.network}`,
        },
        global: {
            ...common.global,
            remotePilotAddress: args.pilotAddress,
            configCluster: true,
        },
    };
}
