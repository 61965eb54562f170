// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import { EastWestGateway, IstiodExposure } from "../components";
import type { FleetConfig } from "../config";
import { formatEdge } from "../plan/edges";
import { type FleetPlan, servesRemotes } from "../plan/fleet";
import { mergeValues } from "../plan/mergeValues";
import type { Authority } from "./authority";
import type { Cluster } from "./clusters";
import { type MadeEdge, createEdges } from "./edges";
import { type Member, type MemberContext, createPrimary, createRemote } from "./members";
import { required } from "./required";

/** The address of each cluster's gateway, where it has one. */
export type GatewayAddresses = ReadonlyMap<string, pulumi.Output<string>>;

/** What the mesh adds to the clusters. */
export interface Mesh {
    readonly gateways: GatewayAddresses;
    /** The clusters with their Istio, by name. */
    readonly members: ReadonlyMap<string, Member>;
    /** The edges that have a remote secret. */
    readonly edges: readonly MadeEdge[];
}

/**
 * One Istio mesh over the clusters: control planes, gateways, and an edge for each edge. In the order
 * in which clusters need each other: primaries, their gateways, remotes, edges, and the remotes'
 * gateways, which run only when their primary knows their cluster.
 */
export function createMesh(
    plan: FleetPlan,
    sources: Sources,
    values: FleetConfig["values"],
    clusters: readonly Cluster[],
    labels: Readonly<Record<string, string>>,
    ca: Authority,
): Mesh {
    const isPrimary = ({ plan: { name, primary } }: Cluster) => name === primary;
    const primaries = clusters.filter(isPrimary);
    const context: MemberContext = { plan, sources, values, labels, ca };
    const members = new Map<string, Member>();
    const gateways = new Map<string, EastWestGateway>();
    const exposures = new Map<string, IstiodExposure>();
    const addGateway = (member: Member, dependsOn: pulumi.Resource[]) => {
        const { name, gateway } = member.cluster.plan;
        if (gateway) gateways.set(name, createGateway(member, sources, values, dependsOn));
    };

    for (const cluster of primaries) {
        const { name } = cluster.plan;
        const member = createPrimary(cluster, context);
        members.set(name, member);
        addGateway(member, []);
        const gateway = gateways.get(name);
        if (!gateway || !servesRemotes(plan, name)) continue;
        const opts = { ...cluster.inCluster, dependsOn: [gateway] };
        exposures.set(name, new IstiodExposure(`${name}-istiod-exposure`, opts));
    }
    const remotes = clusters.filter((cluster) => !isPrimary(cluster));
    for (const cluster of remotes) {
        const { name, primary } = cluster.plan;
        const pilotAddress =
            // Planned where it can be: it is known in the first preview then.
            plan.clusters.find((other) => other.name === primary)?.gatewayAddress ??
            required(gateways.get(primary), primary).address;
        members.set(name, createRemote(cluster, pilotAddress, context));
    }
    const edges = createEdges(plan.edges, {
        members,
        tokenLife: plan.trust.edgeTokens,
        readsSecrets: sources.istio.readsRemoteSecrets,
    });
    for (const { plan: remote } of remotes) {
        const { name, primary } = remote;
        const edge = edges.get(formatEdge({ observing: primary, observed: name }));
        const needed = [edge?.remoteSecret, exposures.get(primary)];
        addGateway(
            required(members.get(name), name),
            needed.filter((resource) => resource !== undefined),
        );
    }
    const addresses = [...gateways].map(([name, { address }]) => [name, address] as const);
    return { gateways: new Map(addresses), members, edges: [...edges.values()] };
}

function createGateway(
    { cluster, metalLb, controlPlane }: Member,
    { charts, values: bundled }: Sources,
    values: FleetConfig["values"],
    dependsOn: readonly pulumi.Resource[],
): EastWestGateway {
    const { name, network, gatewayAddress } = cluster.plan;
    return new EastWestGateway(
        `${name}-eastwest`,
        {
            network,
            address: gatewayAddress,
            chart: charts.gateway,
            values: mergeValues(bundled.gateway, values.gateway),
        },
        {
            ...cluster.inCluster,
            // istiod fills in the pod's image, MetalLB gives the address.
            dependsOn: [controlPlane, ...(metalLb ? [metalLb] : []), ...dependsOn],
        },
    );
}
