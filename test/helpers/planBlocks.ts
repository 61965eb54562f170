// SPDX-License-Identifier: Apache-2.0
import { type FleetPlan, kindClusters } from "../../plan/fleet";
import { type Range, overlaps, parseCidr, parseRange } from "../../plan/ipv4";

export function cidr(text: string): Range {
    const block = parseCidr(text);
    if (!block) throw new Error(`not a CIDR block: ${text}`);
    return block;
}

export function range(text: string): Range {
    const parsed = parseRange(text);
    if (!parsed) throw new Error(`not a range: ${text}`);
    return parsed;
}

/** Every block of addresses that a plan gives to somebody. */
function blocks(plan: FleetPlan): Range[] {
    const kinds = kindClusters(plan);
    return [
        // The docker network is there for kind clusters alone.
        ...(kinds.length > 0 ? [cidr(plan.network.nodeRange)] : []),
        ...kinds.flatMap(({ podSubnet, serviceSubnet }) => [cidr(podSubnet), cidr(serviceSubnet)]),
        ...plan.clusters.flatMap(({ addressPool }) =>
            addressPool === undefined ? [] : [range(addressPool)],
        ),
    ];
}

/** Blocks of a plan that have addresses of an earlier one. */
export function overlapping(plan: FleetPlan): Range[] {
    const all = blocks(plan);
    return all.flatMap((a, i) => all.slice(i + 1).filter((b) => overlaps(a, b)));
}
