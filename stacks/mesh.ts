// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import type { FleetConfig } from "../config";
import {
    EastWestGateway,
    IstioControlPlane,
    METALLB_WEBHOOK_NAME,
    MeshCa,
    MetalLb,
    RemoteReader,
    RemoteSecret,
    WebhookCertificate,
} from "../components";
import type { Edge } from "../plan/edges";
import type { FleetPlan } from "../plan/fleet";
import { mergeValues } from "../plan/mergeValues";
import type { Cluster } from "./clusters";

/** A cluster that has its control plane and its gateway. */
export interface Member {
    readonly cluster: Cluster;
    readonly controlPlane: IstioControlPlane;
    /** Address of the east-west gateway. */
    readonly gatewayAddress: pulumi.Output<string>;
}

/** One Istio mesh over the clusters: trust, control planes, gateways, and an edge for each edge. */
export function createMesh(
    plan: FleetPlan,
    sources: Sources,
    values: FleetConfig["values"],
    clusters: readonly Cluster[],
): Map<string, Member> {
    const ca = new MeshCa("mesh-ca", {
        clusterNames: clusters.map((cluster) => cluster.plan.name),
        ...plan.trust,
    });
    const members = new Map(
        clusters.map((cluster) => [
            cluster.plan.name,
            createMember(plan, sources, values, cluster, ca),
        ]),
    );
    for (const edge of plan.edges) createEdge(edge, members);
    return members;
}

function createMember(
    plan: FleetPlan,
    { charts, istio, values: bundled }: Sources,
    values: FleetConfig["values"],
    cluster: Cluster,
    ca: MeshCa,
): Member {
    const { name, network, addressPool, gatewayAddress } = cluster.plan;
    // Not in the cluster, so it is made while the cluster is.
    const webhook = new WebhookCertificate(`${name}-metallb-webhook`, {
        dnsName: METALLB_WEBHOOK_NAME,
    });
    const metalLb = new MetalLb(
        `${name}-metallb`,
        {
            node: cluster.node,
            identity: cluster.identity,
            addressPool,
            webhookCertificate: webhook.data,
            chart: charts.metallb,
            values: mergeValues(bundled.metallb, values.metallb),
        },
        cluster.inCluster,
    );
    const controlPlane = new IstioControlPlane(
        `${name}-istio`,
        {
            clusterName: name,
            network,
            meshId: plan.meshId,
            trustDomain: plan.trust.domain,
            caCerts: ca.caCerts.apply((all) => required(all[name], name)),
            rootCertPem: ca.rootCertPem,
            ...istio,
            baseChart: charts.base,
            istiodChart: charts.istiod,
            baseValues: mergeValues(bundled.base, values.base),
            istiodValues: mergeValues(bundled.istiod, values.istiod),
        },
        cluster.inCluster,
    );
    const gateway = new EastWestGateway(
        `${name}-eastwest`,
        {
            network,
            address: gatewayAddress,
            chart: charts.gateway,
            values: mergeValues(bundled.gateway, values.gateway),
        },
        // istiod fills in the pod's image, MetalLB gives the address.
        { ...cluster.inCluster, dependsOn: [controlPlane, metalLb] },
    );
    return { cluster, controlPlane, gatewayAddress: gateway.address };
}

/**
 * Lets one cluster discover the services of another: an account there, a remote secret here. The
 * resources' names part clusters by dots, which no cluster's name has: with dashes, two edges could
 * have one name.
 */
function createEdge({ observing, observed }: Edge, members: ReadonlyMap<string, Member>): void {
    const there = required(members.get(observed), observed);
    const here = required(members.get(observing), observing);
    const reader = new RemoteReader(
        `${observed}.reader.${observing}`,
        { observingCluster: observing },
        { ...there.cluster.inCluster, dependsOn: [there.controlPlane] },
    );
    new RemoteSecret(
        `${observing}.remote-secret.${observed}`,
        {
            observedCluster: observed,
            server: there.cluster.plan.peerApiServer,
            caCertPem: reader.caCertPem,
            token: reader.token,
        },
        { ...here.cluster.inCluster, dependsOn: [here.controlPlane, reader] },
    );
}

function required<T>(value: T | undefined, name: string): T {
    if (value === undefined) throw new Error(`cluster "${name}" is not in the plan`);
    return value;
}
