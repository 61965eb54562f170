// SPDX-License-Identifier: Apache-2.0
import type { ExistingConfig } from "../config";
import { type NetworkAddresses, planAddresses } from "./addresses";
import { type Cidr, type Range, formatCidr, formatRange, overlaps, parseRange } from "./ipv4";
import type { Problem } from "./problem";

/** A cluster as far as it matters that somebody else made it. */
export interface MaybeExisting {
    readonly name: string;
    readonly workers: number;
    readonly index?: number | undefined;
    readonly existing?: ExistingConfig | undefined;
}

/** Keys that only kind clusters have, of existing ones. */
export function checkKindKeys(clusters: readonly MaybeExisting[]): Problem[] {
    return clusters.flatMap(({ existing, workers, index }, i) => {
        if (!existing) return [];
        const at = `clusters[${String(i)}]`;
        const rule = "is for kind clusters, and this one exists";
        const problems: Problem[] = [];
        if (workers > 0) {
            const fix = "Remove it: an existing cluster has the nodes that it has.";
            problems.push({ property: `${at}.workers`, value: workers, rule, fix });
        }
        if (index !== undefined) {
            const fix = "Remove it: an existing cluster has its own addresses.";
            problems.push({ property: `${at}.index`, value: index, rule, fix });
        }
        return problems;
    });
}

/** A block of addresses that somebody has. */
interface Taken extends Range {
    /** The block and its use. */
    readonly what: string;
}

/**
 * What existing clusters were given for their load balancers and others of the fleet have: such an
 * address would lead elsewhere from some of the clusters.
 */
export function checkPools(
    clusters: readonly MaybeExisting[],
    network: NetworkAddresses,
    indexes: ReadonlyMap<string, number>,
): Problem[] {
    const planned = [
        // The docker network is there for kind clusters alone.
        ...(indexes.size > 0 ? [taken(network.nodes, "the nodes of kind clusters are")] : []),
        ...[...indexes].flatMap(([name, index]) => takenByKind(name, index, network)),
    ];
    const given: Taken[] = [];
    return clusters.flatMap(({ name, existing }, i) => {
        const addresses = existing?.loadBalancer;
        if (addresses === undefined || addresses === "provided") return [];
        const pool = parseRange(addresses.addresses);
        if (!pool) return [];
        const others = [...planned, ...given].filter((other) => overlaps(other, pool));
        given.push({ ...pool, what: `${formatRange(pool)}, the addresses of "${name}"` });
        const property = `clusters[${String(i)}].existing.loadBalancer.addresses`;
        return others.map(({ what }) => poolTaken(property, addresses.addresses, what));
    });
}

function takenByKind(name: string, index: number, network: NetworkAddresses): Taken[] {
    // There are no addresses for it, which is said already.
    if (index >= network.indexes) return [];
    const { podSubnet, serviceSubnet, pool } = planAddresses(network, index);
    return [
        taken(podSubnet, `the pods of "${name}" are`),
        taken(serviceSubnet, `the services of "${name}" are`),
        { ...pool, what: `${formatRange(pool)}, the load balancers of "${name}"` },
    ];
}

function taken(block: Cidr, who: string): Taken {
    return { ...block, what: `${formatCidr(block)}, where ${who}` };
}

function poolTaken(property: string, value: string, what: string): Problem {
    return {
        property,
        value,
        rule: `overlaps ${what}`,
        fix: "Choose addresses that nothing else in the fleet has.",
    };
}
