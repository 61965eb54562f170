// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import {
    IstioControlPlane,
    IstioRemote,
    METALLB_WEBHOOK_NAME,
    MetalLb,
    WebhookCertificate,
} from "../components";
import type { FleetConfig } from "../config";
import { type FleetPlan, servesRemotes } from "../plan/fleet";
import { MEMBER_LABEL, memberOf } from "../plan/labels";
import { mergeValues } from "../plan/mergeValues";
import type { Authority } from "./authority";
import type { Cluster } from "./clusters";
import { required } from "./required";

/** What every member of the mesh is made from. */
export interface MemberContext {
    readonly plan: FleetPlan;
    readonly sources: Sources;
    readonly values: FleetConfig["values"];
    /** Labels of the namespaces that the fleet makes. */
    readonly labels: Readonly<Record<string, string>>;
    readonly ca: Authority;
}

/** A cluster with Istio, and with MetalLB where it has no load balancing of its own. */
export interface Member {
    readonly cluster: Cluster;
    readonly controlPlane: IstioControlPlane | IstioRemote;
    readonly metalLb: MetalLb | undefined;
}

/** A cluster with an istiod of its own. */
export function createPrimary(cluster: Cluster, context: MemberContext): Member {
    const { plan, ca, sources } = context;
    const { name } = cluster.plan;
    const metalLb = createMetalLb(cluster, context);
    const controlPlane = new IstioControlPlane(
        `${name}-istio`,
        {
            ...istioArgs(cluster, context),
            caCerts: required(ca.caCerts[name], name),
            servesRemotes: servesRemotes(plan, name),
            readsRemoteSecrets: sources.istio.readsRemoteSecrets,
        },
        cluster.inCluster,
    );
    return { cluster, controlPlane, metalLb };
}

/** A cluster that the istiod of another one serves, at an address of that one's gateway. */
export function createRemote(
    cluster: Cluster,
    pilotAddress: pulumi.Input<string>,
    context: MemberContext,
): Member {
    const { name, primary } = cluster.plan;
    const metalLb = createMetalLb(cluster, context);
    const controlPlane = new IstioRemote(
        `${name}-istio`,
        { ...istioArgs(cluster, context), primary, pilotAddress },
        cluster.inCluster,
    );
    return { cluster, controlPlane, metalLb };
}

function istioArgs(cluster: Cluster, { plan, sources, values, labels, ca }: MemberContext) {
    const { charts, istio, values: bundled } = sources;
    return {
        clusterName: cluster.plan.name,
        network: cluster.plan.network,
        meshId: plan.meshId,
        trustDomain: plan.trust.domain,
        namespaceLabels: { ...labels, [MEMBER_LABEL]: memberOf(cluster.plan) },
        rootCertPem: ca.rootCertPem,
        hub: istio.hub,
        tag: istio.tag,
        baseChart: charts.base,
        istiodChart: charts.istiod,
        baseValues: mergeValues(bundled.base, values.base),
        istiodValues: mergeValues(bundled.istiod, values.istiod),
    };
}

function createMetalLb(
    cluster: Cluster,
    { sources: { charts, values: bundled }, values, labels }: MemberContext,
): MetalLb | undefined {
    const { name, addressPool } = cluster.plan;
    if (addressPool === undefined) return undefined;
    // Not in the cluster, so it is made while the cluster is.
    const webhook = new WebhookCertificate(`${name}-metallb-webhook`, {
        dnsName: METALLB_WEBHOOK_NAME,
    });
    return new MetalLb(
        `${name}-metallb`,
        {
            access: cluster.access,
            identity: cluster.identity,
            severalNodes: cluster.severalNodes,
            namespaceLabels: labels,
            addressPool,
            webhookCertificate: webhook.data,
            chart: charts.metallb,
            values: mergeValues(bundled.metallb, values.metallb),
        },
        cluster.inCluster,
    );
}
