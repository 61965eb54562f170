// SPDX-License-Identifier: Apache-2.0
import type { Board, DashboardArgs } from "./board";
import { controlPlanes } from "./controlPlanes";
import { fleetOverview } from "./fleetOverview";
import { meshService } from "./meshService";
import { metricsPath } from "./metricsPath";

export type { Board, DashboardArgs, Need } from "./board";
export { type DashboardQuery, dashboardQueries } from "./queries";
export { dashboardModel } from "./render";
export { type DashboardModel } from "./schema";
export { THANOS } from "./targets";
export { controlPlanes, fleetOverview, meshService, metricsPath };

/** All dashboards, the one that Grafana opens with first. */
export function fleetDashboards(args: DashboardArgs): Board[] {
    return [fleetOverview, meshService, controlPlanes, metricsPath].map((board) => board(args));
}
