// SPDX-License-Identifier: Apache-2.0
import type { FleetConfig } from "../config";
import { type NetworkAddresses, planAddresses, planNetwork } from "./addresses";
import { planIndexes } from "./clusterIndex";
import { type Edge, planEdges } from "./edges";
import { formatAddress, formatCidr, formatRange } from "./ipv4";
import type { Problem } from "./problem";

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

/** One kind cluster: a primary with a network of its own. */
export interface ClusterPlan {
    readonly name: string;
    /** Place in the address plan. */
    readonly index: number;
    /** Istio's network: the cluster's own. */
    readonly network: string;
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

/** The certificates of the mesh. */
export interface TrustPlan {
    readonly domain: string;
    readonly rootValidityDays: number;
    readonly intermediateValidityDays: number;
    readonly keyAlgorithm: "ECDSA" | "RSA";
}

/** The whole fleet, decided before anything is made. */
export interface FleetPlan {
    readonly meshId: string;
    readonly trust: TrustPlan;
    readonly network: NetworkPlan;
    /** Sorted by name. */
    readonly clusters: readonly ClusterPlan[];
    /** Sorted by observing, then by observed cluster. */
    readonly edges: readonly Edge[];
}

/** The plan of a config, or everything that is wrong with the config. */
export function planFleet(config: FleetConfig): {
    readonly plan?: FleetPlan;
    readonly problems: readonly Problem[];
} {
    const names = config.clusters.map(({ name }) => name);
    const addresses = planNetwork(config.network.subnet);
    const edges = planEdges(config.edges, names);
    const problems = [...duplicateNames(names), ...edges.problems, ...checkTrust(config.trust)];
    if ("rule" in addresses) return { problems: [...problems, addresses] };
    const indexes = planIndexes(config.clusters, addresses.indexes);
    problems.push(...checkCount(names, addresses.indexes));
    // Names that stand twice collide by nature; saying so once is enough.
    if (new Set(names).size === names.length) problems.push(...indexes.problems);
    if (problems.length > 0) return { problems };
    const clusters = [...indexes.indexes].map(([name, index]) =>
        planCluster(name, index, addresses),
    );
    return {
        plan: {
            meshId: config.meshId,
            trust: config.trust,
            network: describeNetwork(config.network.name, addresses),
            clusters: clusters.sort((a, b) => compare(a.name, b.name)),
            edges: edges.edges.sort(
                (a, b) => compare(a.observing, b.observing) || compare(a.observed, b.observed),
            ),
        },
        problems: [],
    };
}

function planCluster(name: string, index: number, network: NetworkAddresses): ClusterPlan {
    const { podSubnet, serviceSubnet, pool, apiServerPort } = planAddresses(network, index);
    return {
        name,
        index,
        network: name,
        podSubnet: formatCidr(podSubnet),
        serviceSubnet: formatCidr(serviceSubnet),
        apiServerPort,
        apiServer: `https://127.0.0.1:${String(apiServerPort)}`,
        peerApiServer: `https://${name}-control-plane:6443`,
        addressPool: formatRange(pool),
        gatewayAddress: formatAddress(pool.first),
    };
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

function checkCount(names: readonly string[], indexes: number): Problem[] {
    if (names.length <= indexes) return [];
    return [
        {
            property: "clusters",
            value: names.length,
            rule: `must be at most ${String(indexes)}, the number of address pools in network.subnet`,
            fix: "Use a network.subnet with a shorter prefix, up to /16 for 2048 clusters.",
        },
    ];
}

function checkTrust({ rootValidityDays, intermediateValidityDays }: TrustPlan): Problem[] {
    if (intermediateValidityDays < rootValidityDays) return [];
    return [
        {
            property: "trust.intermediateValidityDays",
            value: intermediateValidityDays,
            rule: `must be below trust.rootValidityDays (${String(rootValidityDays)}), or intermediates outlive their root`,
            fix: "Make it smaller, or give the root more days.",
        },
    ];
}

function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}
