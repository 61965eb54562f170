// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "./problem";
import { type Cidr, type Range, overlaps, parseCidr, subnetOf } from "./ipv4";

/*
 * The address plan. Every cluster has an index, and everything that must differ between clusters is
 * a function of that index and of the docker subnet alone. A cluster's index comes from its own
 * name (or from `index` in its config), never from its place in the list, so a cluster keeps its
 * addresses when others come or go.
 *
 *   docker subnet    lower half: nodes (docker's own allocation)
 *                    upper half: one MetalLB pool of 16 addresses per index
 *   10.0.0.0/9       pods: one /20 per index (16 nodes of a /24 each)
 *   10.128.0.0/9     services: one /20 per index
 *   20000 + index    the API server's port on 127.0.0.1, below every ephemeral port range
 */
const POOL_PREFIX = 28;
const CLUSTER_PREFIX = 20;
const POD_SPACE = required("10.0.0.0/9");
const SERVICE_SPACE = required("10.128.0.0/9");
const API_SERVER_PORTS = 20_000;
const MAX_INDEXES = 2 ** (CLUSTER_PREFIX - 9);
const SHORTEST_PREFIX = 8;
const LONGEST_PREFIX = 26;

/** What one cluster gets. */
export interface ClusterAddresses {
    readonly podSubnet: Cidr;
    readonly serviceSubnet: Cidr;
    readonly pool: Range;
    readonly apiServerPort: number;
}

/** The docker network's parts. */
export interface NetworkAddresses {
    readonly subnet: Cidr;
    /** What docker gives to containers: the `ip-range`. */
    readonly nodes: Cidr;
    /** The bridge's own address, the first of the subnet. */
    readonly gateway: number;
    /** How many clusters fit: indexes run from 0 to this, exclusive. */
    readonly indexes: number;
}

/** The parts of a docker subnet, or what is wrong with it. */
export function planNetwork(subnet: string): NetworkAddresses | Problem {
    const cidr = parseCidr(subnet);
    if (!cidr || cidr.prefix < SHORTEST_PREFIX || cidr.prefix > LONGEST_PREFIX) {
        return {
            property: "network.subnet",
            value: subnet,
            rule: `must be an IPv4 block with a prefix from /${String(SHORTEST_PREFIX)} to /${String(LONGEST_PREFIX)} and no host bits set`,
            fix: "For example 172.30.0.0/16, which holds 2048 clusters; a /24 holds 8.",
        };
    }
    if (overlaps(cidr, { first: POD_SPACE.first, last: SERVICE_SPACE.last })) {
        return {
            property: "network.subnet",
            value: subnet,
            rule: "must not overlap 10.0.0.0/8, where pods and services get their addresses",
            fix: "Choose a block in 172.16.0.0/12 or 192.168.0.0/16 that this machine does not use.",
        };
    }
    return {
        subnet: cidr,
        nodes: subnetOf(cidr, cidr.prefix + 1, 0),
        gateway: cidr.first + 1,
        indexes: Math.min(MAX_INDEXES, 2 ** (POOL_PREFIX - cidr.prefix - 1)),
    };
}

/** The addresses of the cluster with an index below `network.indexes`. */
export function planAddresses(network: NetworkAddresses, index: number): ClusterAddresses {
    const upper = subnetOf(network.subnet, network.subnet.prefix + 1, 1);
    const block = subnetOf(upper, POOL_PREFIX, index);
    return {
        podSubnet: subnetOf(POD_SPACE, CLUSTER_PREFIX, index),
        serviceSubnet: subnetOf(SERVICE_SPACE, CLUSTER_PREFIX, index),
        // Neither the first nor the last: in the last block that one is the broadcast address.
        pool: { first: block.first + 1, last: block.last - 1 },
        apiServerPort: API_SERVER_PORTS + index,
    };
}

function required(text: string): Cidr {
    const cidr = parseCidr(text);
    if (!cidr) throw new Error(`${text} is not a CIDR block`);
    return cidr;
}
