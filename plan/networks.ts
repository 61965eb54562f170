// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "./problem";
import { type Roles, remotesOf } from "./roles";

/** A cluster as far as Istio's networks are concerned. */
export interface NetworkConfig {
    readonly name: string;
    /** Istio's network. Defaults to the cluster's name. */
    readonly network?: string | undefined;
    /** Present when somebody else made the cluster. */
    readonly existing?: object | undefined;
}

/** Istio's network of each cluster, by the cluster's name. */
export type Networks = ReadonlyMap<string, string>;

/**
 * The network of every cluster. Clusters that share one are flat: their pods reach each other
 * without a gateway.
 */
export function planNetworks(clusters: readonly NetworkConfig[]): {
    readonly networks: Networks;
    readonly problems: readonly Problem[];
} {
    const networks = new Map(clusters.map(({ name, network }) => [name, network ?? name]));
    const problems = clusters.flatMap(({ name, network = name, existing }, i) => {
        if (!existing) return [];
        const mate = clusters.find(
            // One of the same name is refused for that.
            (other) =>
                !other.existing && other.name !== name && (other.network ?? other.name) === network,
        );
        return mate ? [mixed(`clusters[${String(i)}].network`, network, mate.name)] : [];
    });
    return { networks, problems };
}

/**
 * Whether a cluster has an east-west gateway: when somebody is on another network, or when it serves
 * remotes, which reach its istiod there. A cluster alone has one too, for those who come.
 */
export function needsGateway(networks: Networks, roles: Roles, cluster: string): boolean {
    const own = networks.get(cluster);
    // The first on another network is enough: every cluster is asked about.
    for (const network of networks.values()) if (network !== own) return true;
    return networks.size === 1 || remotesOf(roles, cluster).length > 0;
}

function mixed(property: string, value: unknown, kind: string): Problem {
    return {
        property,
        value,
        rule: `is also the network of the kind cluster "${kind}", whose nodes have no routes to an existing cluster`,
        fix: `Give this cluster or "${kind}" a network of its own.`,
    };
}
