// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "./kubernetes";
import type { ChartSource } from "../versions";
import { type KubernetesObject, writeCrdFile } from "./crdFile";

/** A chart whose CRDs are wanted. */
export interface CrdChart {
    /** Name of the release. */
    readonly release: string;
    /** Namespace of the release. */
    readonly namespace: string;
    /** Where the chart comes from. */
    readonly source: ChartSource;
    /** Helm values. */
    readonly values: Readonly<Record<string, unknown>>;
}

/**
 * The CRDs of charts, as the name of the file that Crds applies. They are rendered once for all
 * clusters, by a provider that has none: charts choose CRDs by values, not by what a cluster is.
 */
export function chartCrds(name: string, charts: readonly CrdChart[]): pulumi.Output<string> {
    // A provider without a cluster can still render.
    const provider = new Provider(name, { kubeconfig: "{}" });
    const rendered = charts.map((chart) => renderChart(chart, provider));
    return pulumi.all(rendered).apply((objects) => writeCrdFile(objects.flat()));
}

async function renderChart(chart: CrdChart, provider: Provider): Promise<KubernetesObject[]> {
    const jsonOpts = JSON.stringify(templateOptions(chart));
    const call = pulumi.runtime.invoke("kubernetes:helm:template", { jsonOpts }, { provider });
    return ((await call) as { result: KubernetesObject[] }).result;
}

/** The chart as the provider's function takes it; helm.v3.Chart calls it likewise. */
function templateOptions({ release, namespace, source, values }: CrdChart): object {
    const place =
        source.repository === undefined
            ? { path: dirname(source.chart), chart: basename(source.chart) }
            : {
                  chart: source.chart,
                  version: source.version,
                  fetch_opts: { repo: source.repository },
              };
    return { ...place, release_name: release, namespace, values };
}
