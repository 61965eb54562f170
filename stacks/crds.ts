// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import {
    chartRenderer,
    istioCrds,
    metalLbCrds,
    prometheusOperatorCrds,
    renderChart,
    writeCrdFile,
} from "../components";
import type { FleetConfig } from "../config";
import { mergeValues } from "../plan/mergeValues";

/** Names of the files that clusters get their CRDs from; Prometheus Operator's are in both of a fleet that is measured. */
export interface CrdFiles {
    /** Of Istio's, without MetalLB's: for a cluster that balances load itself, perhaps by a MetalLB of its own. */
    readonly istio: pulumi.Output<string>;
    /** Of Istio's and MetalLB's. */
    readonly withMetalLb: pulumi.Output<string>;
}

/**
 * The CRDs of the charts, rendered once for all clusters.
 *
 * @param measured whether there is a metrics stack.
 * @param owner value of CRD_LABEL (plan/labels.ts) on them.
 */
export function fleetCrds(
    { charts, values: bundled }: Sources,
    values: FleetConfig["values"],
    measured: boolean,
    owner: string,
): CrdFiles {
    const renderer = chartRenderer("charts");
    const metalLbValues = mergeValues(bundled.metallb, values.metallb);
    const metalLb = renderChart(metalLbCrds(charts.metallb, metalLbValues), renderer);
    const baseValues = mergeValues(bundled.base, values.base);
    const istio = renderChart(istioCrds(charts.base, baseValues), renderer);
    const operator = prometheusOperatorCrds(charts.prometheusOperatorCrds);
    const all = measured ? [istio, renderChart(operator, renderer)] : [istio];
    const write = (rendered: typeof all) =>
        pulumi.all(rendered).apply((objects) => writeCrdFile(objects.flat(), owner));
    return { istio: write(all), withMetalLb: write([metalLb, ...all]) };
}
