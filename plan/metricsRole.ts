// SPDX-License-Identifier: Apache-2.0
import type { Roles } from "./roles";

/** What a cluster is to the metrics of the fleet. */
export interface MetricsRole {
    /** Whether the fleet has a metrics stack, and with it every cluster. */
    readonly measured: boolean;
    /** Whether it is the central cluster, which keeps the metrics of others. */
    readonly keepsMetrics: boolean;
    /** Whether it has the policies of who may write: its istiod serves the central cluster. */
    readonly admitsSenders: boolean;
}

/**
 * The role of a cluster.
 *
 * @param central name of the central cluster; undefined where the fleet is not measured.
 */
export function metricsRole(name: string, central: string | undefined, roles: Roles): MetricsRole {
    if (central === undefined)
        return { measured: false, keepsMetrics: false, admitsSenders: false };
    return {
        measured: true,
        keepsMetrics: name === central,
        admitsSenders: name === roles.get(central),
    };
}
