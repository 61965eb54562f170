// SPDX-License-Identifier: Apache-2.0
import type { PanelSpec } from "./board";
import { isAlongTime, refId } from "./queries";
import type { PrometheusQuery, ThanosRef } from "./schema";

/** The source of every query: what the datasource file provisions. */
export const THANOS: ThanosRef = { type: "prometheus", uid: "thanos" };

/** A panel's queries as Grafana has them. */
export function targets(panel: PanelSpec): PrometheusQuery[] {
    const range = isAlongTime(panel);
    const asTable = panel.kind === "table" || panel.kind === "matrix";
    return panel.queries.map(({ expr, legend }, i) => ({
        refId: refId(i),
        datasource: THANOS,
        editorMode: "code",
        expr,
        instant: !range,
        range,
        format: asTable ? "table" : "time_series",
        ...(legend === undefined || asTable ? {} : { legendFormat: legend }),
    }));
}
