// SPDX-License-Identifier: Apache-2.0
import { formatEdge } from "../../plan/edges";
import type { FleetPlan } from "../../plan/fleet";

/** The edges and the remotes' primaries of a plan, a line each: what a picture must come down to. */
export function linksOf({ edges, clusters }: FleetPlan): string[] {
    return [
        ...edges.map(formatEdge),
        ...clusters
            .filter(({ name, primary }) => name !== primary)
            .map(({ name, primary }) => `${name} by ${primary}`),
    ];
}
