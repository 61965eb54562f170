// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import { chartCrds, istioCrds, metalLbCrds } from "../components";
import type { FleetConfig } from "../config";
import { mergeValues } from "../plan/mergeValues";

/** The CRDs of all charts of the fleet, as the name of the file that each cluster gets them from. */
export function fleetCrds(
    { charts, values: bundled }: Sources,
    values: FleetConfig["values"],
): pulumi.Output<string> {
    return chartCrds("charts", [
        metalLbCrds(charts.metallb, mergeValues(bundled.metallb, values.metallb)),
        istioCrds(charts.base, mergeValues(bundled.base, values.base)),
    ]);
}
