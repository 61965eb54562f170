// SPDX-License-Identifier: Apache-2.0

/** A docker network as far as address plans are concerned. */
export interface DockerNetwork {
    readonly id: string;
    readonly name: string;
    /** IPv4 and IPv6 blocks. */
    readonly subnets: readonly string[];
    readonly labels: Readonly<Record<string, string>>;
}

/** The node container of a kind cluster's control plane, running or not. */
export interface KindNode {
    /** Name of the kind cluster. */
    readonly cluster: string;
    readonly running: boolean;
    /** Paths in the node that something is mounted on. */
    readonly mounts: readonly string[];
    /** Names of the docker networks it is on. */
    readonly networks: readonly string[];
}

/** An IPv4 route of this machine: a block and the interface it leads to. */
export interface Route {
    /** CIDR block. */
    readonly destination: string;
    readonly device: string;
}

/** What this machine has already, as far as a fleet is concerned. */
export interface HostFacts {
    readonly dockerNetworks: readonly DockerNetwork[];
    readonly kindNodes: readonly KindNode[];
    readonly routes: readonly Route[];
}
