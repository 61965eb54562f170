// SPDX-License-Identifier: Apache-2.0
import { type FleetConfig, parseConfig } from "../../config";
import { type FleetPlan, planFleet } from "../../plan/fleet";
import { formatProblem } from "../../plan/problem";

/** A raw config with clusters of these names, and whatever else is given. */
export function rawConfig(
    names: readonly string[],
    others: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
    return { clusters: names.map((name) => ({ name })), ...others };
}

/** The checked config of clusters with these names. */
export function configOf(
    names: readonly string[],
    others: Readonly<Record<string, unknown>> = {},
): FleetConfig {
    const { config, problems } = parseConfig(rawConfig(names, others));
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
