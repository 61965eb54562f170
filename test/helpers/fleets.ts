// SPDX-License-Identifier: Apache-2.0
import { type FleetConfig, parseConfig } from "../../config";
import { type FleetPlan, planFleet } from "../../plan/fleet";
import { formatProblem } from "../../plan/problem";

/** A cluster's name, or the whole cluster as a stack's file has it. */
export type ClusterInput = string | Readonly<Record<string, unknown>>;

/** A raw config with these clusters, and whatever else is given. */
export function rawConfig(
    clusters: readonly ClusterInput[],
    others: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
    const maps = clusters.map((cluster) =>
        typeof cluster === "string" ? { name: cluster } : cluster,
    );
    return { clusters: maps, ...others };
}

/** The checked config of these clusters. */
export function configOf(
    clusters: readonly ClusterInput[],
    others: Readonly<Record<string, unknown>> = {},
): FleetConfig {
    const { config, problems } = parseConfig(rawConfig(clusters, others));
    if (!config || problems.length > 0) throw new Error(problems.map(formatProblem).join("\n"));
    return config;
}

/** The plan of a config that must be good. */
export function planOf(config: FleetConfig): FleetPlan {
    const { plan, problems } = planFleet(config);
    if (!plan) throw new Error(problems.map(formatProblem).join("\n"));
    return plan;
}

/** Everything that is wrong with a raw config, as the program would print it, a line each. */
export function complaints(raw: Readonly<Record<string, unknown>>): string[] {
    const { config, problems } = parseConfig(raw);
    const planned = config ? planFleet(config).problems : [];
    return [...problems, ...planned].map(formatProblem);
}
