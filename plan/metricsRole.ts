// SPDX-License-Identifier: Apache-2.0
import type { MetricsConfig } from "../config/metrics";
import type { Roles } from "./roles";

/** What a cluster is to the metrics of the fleet. */
export interface MetricsRole {
    /** Whether the fleet has a metrics stack, and with it every cluster. */
    readonly measured: boolean;
    /** Whether samples lie on volumes, which have the cluster's default storage class. */
    readonly claimsVolumes: boolean;
    /** Whether it is the central cluster, which keeps the metrics of others. */
    readonly keepsMetrics: boolean;
    /** Whether it has the policies of who may write: its istiod serves the central cluster. */
    readonly admitsSenders: boolean;
}

/**
 * The role of a cluster.
 *
 * @param metrics of the config; undefined where the fleet is not measured.
 */
export function metricsRole(
    name: string,
    metrics: Pick<MetricsConfig, "central" | "volumes"> | undefined,
    roles: Roles,
): MetricsRole {
    if (metrics === undefined) {
        return { measured: false, claimsVolumes: false, keepsMetrics: false, admitsSenders: false };
    }
    const { central, volumes } = metrics;
    return {
        measured: true,
        claimsVolumes: volumes,
        keepsMetrics: name === central,
        admitsSenders: name === roles.get(central),
    };
}
