// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import { chartRenderer, istioCrds, metalLbCrds, renderChart, writeCrdFile } from "../components";
import type { FleetConfig } from "../config";
import { mergeValues } from "../plan/mergeValues";

/** Names of the files that clusters get their CRDs from. */
export interface CrdFiles {
    /** Of Istio's alone: for a cluster that balances load itself, perhaps by a MetalLB of its own. */
    readonly istio: pulumi.Output<string>;
    /** Of Istio's and MetalLB's. */
    readonly withMetalLb: pulumi.Output<string>;
}

/**
 * The CRDs of the charts, rendered once for all clusters.
 *
 * @param owner value of CRD_LABEL (plan/labels.ts) on them.
 */
export function fleetCrds(
    { charts, values: bundled }: Sources,
    values: FleetConfig["values"],
    owner: string,
): CrdFiles {
    const renderer = chartRenderer("charts");
    const metalLbValues = mergeValues(bundled.metallb, values.metallb);
    const metalLb = renderChart(metalLbCrds(charts.metallb, metalLbValues), renderer);
    const baseValues = mergeValues(bundled.base, values.base);
    const istio = renderChart(istioCrds(charts.base, baseValues), renderer);
    return {
        istio: istio.apply((objects) => writeCrdFile(objects, owner)),
        withMetalLb: pulumi
            .all([metalLb, istio])
            .apply((objects) => writeCrdFile(objects.flat(), owner)),
    };
}
