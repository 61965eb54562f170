// SPDX-License-Identifier: Apache-2.0
import { basename, dirname } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Provider } from "./kubernetes";
import type { ChartSource } from "../versions";
import type { KubernetesObject } from "./crdFile";

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

/** A provider that renders charts, without a cluster: they choose CRDs by values, not by what a cluster is. */
export function chartRenderer(name: string): Provider {
    return new Provider(name, { kubeconfig: "{}" });
}

/** Everything that a chart renders, its CRDs among it. */
export function renderChart(
    chart: CrdChart,
    renderer: Provider,
): pulumi.Output<readonly KubernetesObject[]> {
    const jsonOpts = JSON.stringify(templateOptions(chart));
    const token = "kubernetes:helm:template";
    const call = pulumi.runtime.invoke(token, { jsonOpts }, { provider: renderer });
    return pulumi.output((call as Promise<{ result: KubernetesObject[] }>).then(resultOf));
}

function resultOf({ result }: { result: KubernetesObject[] }): readonly KubernetesObject[] {
    return result;
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
