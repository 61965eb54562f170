// SPDX-License-Identifier: Apache-2.0
import { type FleetPlan, type KindClusterPlan, kindClusters } from "../plan/fleet";
import type { KindNode } from "../plan/hostFacts";

/** What a number of kind clusters comes to. */
export interface NodeCount {
    /** Clusters, each with one control plane node. */
    readonly clusters: number;
    /** Nodes beside the control planes. */
    readonly workers: number;
}

/** The kind clusters of a plan, apart from those that are there. */
export function countMissing(plan: FleetPlan, there: readonly KindNode[]): NodeCount {
    const present = new Set(there.map(({ cluster }) => cluster));
    return total(kindClusters(plan).filter(({ name }) => !present.has(name)));
}

/**
 * How many kind nodes there will be: the plan's, and those that are there beside it. Of other
 * clusters only the control planes are known.
 */
export function countNodes(plan: FleetPlan, there: readonly KindNode[]): number {
    const kinds = kindClusters(plan);
    const names = new Set(kinds.map(({ name }) => name));
    // The plan's existing clusters may be kind clusters too.
    const others = there.filter(({ cluster }) => !names.has(cluster));
    const { clusters, workers } = total(kinds);
    return clusters + workers + others.length;
}

function total(clusters: readonly KindClusterPlan[]): NodeCount {
    const workers = clusters.reduce((sum, cluster) => sum + cluster.workers, 0);
    return { clusters: clusters.length, workers };
}
