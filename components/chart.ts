// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type * as k8s from "@pulumi/kubernetes";
import { mergeValues } from "../plan/mergeValues";
import type { ChartSource } from "../versions";

const INSTALL_ORDER = join(__dirname, "installOrder.js");

/** The arguments of a Helm chart: its release name, its source, and its values, later ones winning. */
export function chartArgs(
    release: string,
    namespace: string,
    source: ChartSource,
    ...values: readonly Readonly<Record<string, unknown>>[]
): k8s.helm.v4.ChartArgs {
    return {
        name: release,
        namespace,
        chart: source.chart,
        ...(source.version === undefined ? {} : { version: source.version }),
        ...(source.repository === undefined ? {} : { repositoryOpts: { repo: source.repository } }),
        values: mergeValues(...values),
        postRenderer: { command: "node", args: [INSTALL_ORDER, namespace] },
    };
}
