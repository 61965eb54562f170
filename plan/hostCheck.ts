// SPDX-License-Identifier: Apache-2.0
import type { DockerNetwork, HostFacts, KindNode } from "./hostFacts";
import { overlaps, parseCidr } from "./ipv4";
import { type FleetPlan, type NetworkPlan, kindClusters } from "./fleet";
import { MARK } from "./generation";
import type { Problem } from "./problem";

/** Label of our docker network: which Pulumi stack it belongs to. */
export const STACK_LABEL = "istio-fleet.stack";

/**
 * What stands in the way of the planned docker network: one of its name that is not the one, or
 * anything else that has its addresses.
 *
 * @param owner value of STACK_LABEL on our own network.
 */
export function checkNetwork(
    plan: NetworkPlan,
    owner: string,
    host: Pick<HostFacts, "dockerNetworks" | "routes">,
): Problem[] {
    const same = host.dockerNetworks.find(({ name }) => name === plan.name);
    if (same) return checkExisting(plan, owner, same);
    const others = [
        ...host.dockerNetworks.flatMap(({ name, subnets }) =>
            subnets.map((subnet) => ({ what: `docker network "${name}"`, subnet })),
        ),
        // A docker network's own route would say the same again.
        ...host.routes
            .filter(({ destination }) => !isDockers(destination, host.dockerNetworks))
            .map(({ destination, device }) => ({
                what: `a route to ${device}`,
                subnet: destination,
            })),
    ];
    return others
        .filter(({ subnet }) => clash(plan.subnet, subnet))
        .map(({ what, subnet }) => ({
            property: "network.subnet",
            value: plan.subnet,
            rule: `overlaps ${subnet}, which ${what} has on this machine`,
            fix: "Choose a network.subnet that is free here.",
        }));
}

/**
 * Kind clusters of the planned names that are not this stack's: its own bear our mark, and are on a
 * network of the stack, the planned one or one that it had before. The script that makes a cluster
 * refuses others too, but only then.
 *
 * @param clusters the config's, for the places that problems name.
 * @param owner value of STACK_LABEL on our own networks.
 */
export function checkNames(
    plan: FleetPlan,
    clusters: readonly { readonly name: string }[],
    owner: string,
    { dockerNetworks, kindNodes }: Pick<HostFacts, "dockerNetworks" | "kindNodes">,
): Problem[] {
    const own = dockerNetworks.filter(({ labels }) => labels[STACK_LABEL] === owner);
    const networks = own.map(({ name }) => name);
    return kindClusters(plan).flatMap(({ name }) => {
        const node = kindNodes.find(({ cluster }) => cluster === name);
        if (!node || isOurs(node, networks)) return [];
        const index = clusters.findIndex((cluster) => cluster.name === name);
        return [
            {
                property: `clusters[${String(index)}].name`,
                value: name,
                rule: "is the name of a kind cluster that does not belong to this stack",
                fix: `Choose another name, or remove that cluster: kind delete cluster --name ${name}`,
            },
        ];
    });
}

function isOurs({ mounts, networks: its }: KindNode, networks: readonly string[]): boolean {
    const marked = mounts.some((path) => path.startsWith(`${MARK}/`));
    return marked && its.some((network) => networks.includes(network));
}

function checkExisting(plan: NetworkPlan, owner: string, network: DockerNetwork): Problem[] {
    const problems: Problem[] = [];
    if (!network.subnets.includes(plan.subnet)) {
        problems.push({
            property: "network.subnet",
            value: plan.subnet,
            rule: `is not the subnet of docker network "${network.name}", which exists with ${network.subnets.join(", ") || "none"}`,
            fix: `Set network.subnet to that, choose another network.name, or remove it: docker network rm ${network.name}`,
        });
    }
    const label = network.labels[STACK_LABEL];
    if (label !== owner) {
        problems.push({
            property: "network.name",
            value: plan.name,
            rule: `is a docker network that ${label === undefined ? "istio-fleet did not make" : `belongs to stack ${label}`}`,
            fix: "Choose another network.name (and network.subnet), for this stack to have its own.",
        });
    }
    return problems;
}

function isDockers(destination: string, networks: readonly DockerNetwork[]): boolean {
    return networks.some(({ subnets }) => subnets.includes(destination));
}

function clash(a: string, b: string): boolean {
    const left = parseCidr(a);
    const right = parseCidr(b);
    return left !== undefined && right !== undefined && overlaps(left, right);
}
