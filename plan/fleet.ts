// SPDX-License-Identifier: Apache-2.0
import type { ExistingConfig, FleetConfig } from "../config";
import { type NetworkAddresses, planAddresses, planNetwork } from "./addresses";
import { planIndexes } from "./clusterIndex";
import { type Edge, planEdges } from "./edges";
import { checkKindKeys, checkPools } from "./existingConfig";
import { firstHost, formatAddress, formatCidr, formatRange, parseRange } from "./ipv4";
import { type MetricsPlan, planMetrics } from "./metrics";
import { type MetricsRole, metricsRole } from "./metricsRole";
import { type Networks, needsGateway, planNetworks } from "./networks";
import type { Problem } from "./problem";
import { type Roles, discoveries, planRemoteSecrets, planRoles } from "./roles";
import { type TrustPlan, planTrust } from "./trust";

/** The docker network that all nodes are on. */
export interface NetworkPlan {
    readonly name: string;
    /** CIDR block of the network. */
    readonly subnet: string;
    /** CIDR block that docker gives addresses to nodes from. */
    readonly nodeRange: string;
    /** Address of the bridge. */
    readonly gateway: string;
}

/** What every cluster has in the plan. */
interface MemberPlan {
    readonly name: string;
    /** Istio's network. Clusters that share one are flat. */
    readonly network: string;
    /** Name of the cluster whose istiod serves it: its own for a primary. */
    readonly primary: string;
    /** Whether it has an east-west gateway. */
    readonly gateway: boolean;
}

/** A kind cluster, which the fleet makes. */
export interface KindClusterPlan extends MemberPlan {
    readonly host: "kind";
    /** Place in the address plan. */
    readonly index: number;
    /** Number of nodes beside the control plane. */
    readonly workers: number;
    readonly podSubnet: string;
    readonly serviceSubnet: string;
    /** Port of the API server on 127.0.0.1. */
    readonly apiServerPort: number;
    /** URL of the API server for this machine. */
    readonly apiServer: string;
    /** URL of the API server for the other clusters: in its certificate, and stable over restarts. */
    readonly peerApiServer: string;
    /** Addresses of load balancers, `first-last`. */
    readonly addressPool: string;
    /** Address of the east-west gateway: the first of the pool. */
    readonly gatewayAddress: string;
}

/** A cluster that somebody else made. */
export interface ExistingClusterPlan extends MemberPlan, MetricsRole {
    readonly host: "existing";
    /** Path of its kubeconfig. */
    readonly kubeconfig: string;
    /** Context of the kubeconfig; undefined for its current one. */
    readonly context: string | undefined;
    /** URL of the API server for the other clusters; undefined for the kubeconfig's. */
    readonly peerApiServer: string | undefined;
    /** Addresses for MetalLB, `first-last`; undefined where the cluster balances load itself. */
    readonly addressPool: string | undefined;
    /** Address of the east-west gateway: the first of the pool; undefined without a pool. */
    readonly gatewayAddress: string | undefined;
    /** Whether edges' tokens expire: they are asked for, and istiod is asked whether it uses them. */
    readonly expiringTokens: boolean;
}

export type ClusterPlan = KindClusterPlan | ExistingClusterPlan;

/** The whole fleet, decided before anything is made. */
export interface FleetPlan {
    readonly meshId: string;
    readonly trust: TrustPlan;
    readonly network: NetworkPlan;
    /** Sorted by name. */
    readonly clusters: readonly ClusterPlan[];
    /**
     * The remote secrets: a primary, and a cluster that its istiod watches. Sorted by observing, then
     * by observed cluster.
     */
    readonly edges: readonly Edge[];
    /** Who discovers whose services: the edges, and what remotes have of their primary's. Sorted likewise. */
    readonly discoveries: readonly Edge[];
    /** Undefined where the fleet is not measured. */
    readonly metrics: MetricsPlan | undefined;
}

/** The clusters that the fleet makes. */
export function kindClusters({ clusters }: FleetPlan): KindClusterPlan[] {
    return clusters.filter((cluster) => cluster.host === "kind");
}

/** Names of the clusters with an istiod of their own, sorted. */
export function primaryNames({ clusters }: Pick<FleetPlan, "clusters">): string[] {
    return clusters.filter(({ name, primary }) => name === primary).map(({ name }) => name);
}

/** Whether a primary's istiod serves other clusters too. */
export function servesRemotes({ clusters }: FleetPlan, primary: string): boolean {
    return clusters.some(({ name, primary: its }) => its === primary && name !== primary);
}

/** The plan of a config, or everything that is wrong with the config. */
export function planFleet(config: FleetConfig): {
    readonly plan?: FleetPlan;
    readonly problems: readonly Problem[];
} {
    const { clusters } = config;
    const mesh = planMesh(config);
    const network = planNetwork(config.network.subnet);
    const seen = sorted(discoveries(mesh.edges, mesh.roles));
    const names = clusters.map(({ name }) => name);
    const metrics = config.metrics && planMetrics(config.metrics, names, seen);
    const trust = planTrust(config.trust);
    const problems = [...mesh.problems, ...trust.problems, ...(metrics?.problems ?? [])];
    if ("rule" in network) return { problems: [...problems, network] };
    const { indexes, ...places } = planPlaces(clusters, network);
    problems.push(...places.problems);
    if (problems.length > 0) return { problems };
    const members = clusters.map((cluster) => {
        const member = planMember(cluster.name, mesh);
        const role = metricsRole(cluster.name, config.metrics, mesh.roles);
        return cluster.existing
            ? planExisting(member, cluster.existing, role, trust.plan.edgeTokens !== undefined)
            : planKind(member, required(indexes, cluster.name), cluster.workers, network);
    });
    return {
        plan: {
            meshId: config.meshId,
            trust: trust.plan,
            network: describeNetwork(config.network.name, network),
            clusters: members.sort((a, b) => compare(a.name, b.name)),
            edges: sorted(mesh.edges),
            discoveries: seen,
            metrics: metrics?.plan,
        },
        problems: [],
    };
}

/** What the clusters are to each other, wherever they are. */
interface MeshPlan {
    readonly roles: Roles;
    readonly networks: Networks;
    readonly edges: readonly Edge[];
}

function planMesh({
    clusters,
    edges: wanted,
}: FleetConfig): MeshPlan & { readonly problems: readonly Problem[] } {
    const names = clusters.map(({ name }) => name);
    const { roles, problems: roleProblems } = planRoles(clusters);
    const { networks, problems: networkProblems } = planNetworks(clusters);
    const edges = planEdges(wanted, names);
    const secrets = planRemoteSecrets(edges.edges, roles);
    const problems = [
        ...duplicateNames(names),
        ...roleProblems,
        ...networkProblems,
        ...checkKindKeys(clusters),
        ...edges.problems,
        // Said only of roles that are right: it would be about the same mistake again.
        ...(roleProblems.length === 0 ? secrets.problems : []),
    ];
    return { roles, networks, edges: secrets.edges, problems };
}

/** Where the clusters are in the address plan. */
function planPlaces(
    clusters: FleetConfig["clusters"],
    network: NetworkAddresses,
): { readonly indexes: ReadonlyMap<string, number>; readonly problems: readonly Problem[] } {
    const kinds = clusters.filter(({ existing }) => !existing);
    const { indexes, problems } = planIndexes(clusters, network.indexes);
    const names = new Set(clusters.map(({ name }) => name));
    return {
        indexes,
        problems: [
            ...checkCount(kinds.length, network.indexes),
            // Names that stand twice collide by nature; saying so once is enough.
            ...(names.size === clusters.length ? problems : []),
            ...checkPools(clusters, network, indexes),
        ],
    };
}

function planMember(name: string, { roles, networks }: MeshPlan): MemberPlan {
    return {
        name,
        network: required(networks, name),
        primary: required(roles, name),
        gateway: needsGateway(networks, roles, name),
    };
}

function planKind(
    member: MemberPlan,
    index: number,
    workers: number,
    network: NetworkAddresses,
): KindClusterPlan {
    const { podSubnet, serviceSubnet, pool, apiServerPort } = planAddresses(network, index);
    return {
        ...member,
        host: "kind",
        index,
        workers,
        podSubnet: formatCidr(podSubnet),
        serviceSubnet: formatCidr(serviceSubnet),
        apiServerPort,
        apiServer: `https://127.0.0.1:${String(apiServerPort)}`,
        peerApiServer: `https://${member.name}-control-plane:6443`,
        addressPool: formatRange(pool),
        gatewayAddress: formatAddress(pool.first),
    };
}

function planExisting(
    member: MemberPlan,
    { kubeconfig, context, server, loadBalancer }: ExistingConfig,
    role: MetricsRole,
    expiringTokens: boolean,
): ExistingClusterPlan {
    const pool = loadBalancer === "provided" ? undefined : parseRange(loadBalancer.addresses);
    return {
        ...member,
        ...role,
        host: "existing",
        kubeconfig,
        context,
        peerApiServer: server,
        addressPool: pool && formatRange(pool),
        gatewayAddress: pool && formatAddress(firstHost(pool)),
        expiringTokens,
    };
}

function sorted(edges: readonly Edge[]): Edge[] {
    return [...edges].sort(
        (a, b) => compare(a.observing, b.observing) || compare(a.observed, b.observed),
    );
}

function required<T>(map: ReadonlyMap<string, T>, name: string): T {
    const value = map.get(name);
    if (value === undefined) throw new Error(`cluster "${name}" is not in the plan`);
    return value;
}

function describeNetwork(name: string, { subnet, nodes, gateway }: NetworkAddresses): NetworkPlan {
    return {
        name,
        subnet: formatCidr(subnet),
        nodeRange: formatCidr(nodes),
        gateway: formatAddress(gateway),
    };
}

function duplicateNames(names: readonly string[]): Problem[] {
    return names.flatMap((name, i) =>
        names.indexOf(name) === i
            ? []
            : [
                  {
                      property: `clusters[${String(i)}].name`,
                      value: name,
                      rule: `is also the name of clusters[${String(names.indexOf(name))}]`,
                      fix: "Give every cluster a name of its own.",
                  },
              ],
    );
}

function checkCount(count: number, indexes: number): Problem[] {
    if (count <= indexes) return [];
    return [
        {
            property: "clusters",
            value: count,
            rule: `must be at most ${String(indexes)}, the number of address pools in network.subnet`,
            fix: "Use a network.subnet with a shorter prefix, up to /16 for 2048 clusters.",
        },
    ];
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
