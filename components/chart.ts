// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import type * as k8s from "./kubernetes";
import { mergeValues } from "../plan/mergeValues";
import type { ChartSource } from "../versions";

const POST_RENDERER = join(__dirname, "postRender.js");

/**
 * The arguments of a Helm chart: its release name, its source, and its values, later ones winning.
 * It comes up in Helm's install order, which helm.v4.Chart leaves out, and without its CRDs.
 */
export function chartArgs(
    release: string,
    namespace: string,
    source: ChartSource,
    ...values: readonly Readonly<Record<string, unknown>>[]
): k8s.ChartArgs {
    return {
        name: release,
        namespace,
        chart: source.chart,
        ...(source.version === undefined ? {} : { version: source.version }),
        ...(source.repository === undefined ? {} : { repositoryOpts: { repo: source.repository } }),
        values: mergeValues(...values),
        postRenderer: { command: "node", args: [POST_RENDERER, namespace] },
    };
}
