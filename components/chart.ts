// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type * as k8s from "./kubernetes";
import { mergeValues } from "../plan/mergeValues";
import type { ChartSource } from "../versions";

const INSTALL_ORDER = join(__dirname, "installOrder.js");

/** A chart's arguments with a namespace that is known. */
type NamespacedChartArgs = k8s.ChartArgs & { namespace: string };

/** The arguments of a Helm chart: its release name, its source, and its values, later ones winning. */
export function chartArgs(
    release: string,
    namespace: string,
    source: ChartSource,
    ...values: readonly Readonly<Record<string, unknown>>[]
): NamespacedChartArgs {
    return {
        name: release,
        namespace,
        chart: source.chart,
        ...(source.version === undefined ? {} : { version: source.version }),
        ...(source.repository === undefined ? {} : { repositoryOpts: { repo: source.repository } }),
        values: mergeValues(...values),
    };
}

/** Makes a chart with workloads come up in Helm's install order, which helm.v4.Chart leaves out. */
export function inInstallOrder(args: NamespacedChartArgs): k8s.ChartArgs {
    const script = [INSTALL_ORDER, args.namespace];
    return { ...args, postRenderer: { command: "node", args: script } };
}
