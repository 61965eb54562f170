// SPDX-License-Identifier: Apache-2.0
import type { Board, Row, Variable } from "./board";
import { panel } from "./panels";
import type { DashboardModel, PlacedPanel, PlacedRow, Place, VariableModel } from "./schema";
import { THANOS } from "./targets";

/** The version of dashboards that the types in schema.ts describe: nothing is migrated on load. */
const SCHEMA_VERSION = 42;
/** Width of a dashboard in Grafana's units. */
const WIDTH = 24;
/** Label of all dashboards here, by which they link to each other. */
const TAG = "istio-fleet";

/** A dashboard as Grafana reads it from a file. */
export function dashboardModel(board: Board): DashboardModel {
    const { uid, title, description } = board;
    return {
        uid,
        title,
        description,
        tags: [TAG],
        schemaVersion: SCHEMA_VERSION,
        // It comes from a file, and an edit would be gone with the next change of that.
        editable: false,
        graphTooltip: 1,
        refresh: "30s",
        time: { from: "now-1h", to: "now" },
        timezone: "browser",
        links: [
            {
                title: "Fleet",
                type: "dashboards",
                tags: [TAG],
                asDropdown: true,
                icon: "external link",
                includeVars: false,
                keepTime: true,
                targetBlank: false,
                tooltip: "The fleet's other dashboards",
            },
        ],
        annotations: { list: [] },
        templating: { list: board.variables.map(variable) },
        panels: place(board.rows),
    };
}

function variable({ name, title, label, of }: Variable): VariableModel {
    return {
        name,
        label: title,
        type: "query",
        datasource: THANOS,
        query: { qryType: 1, query: `label_values(${of}, ${label})`, refId: name },
        // Values come and go with clusters and services.
        refresh: 2,
        sort: 1,
        multi: true,
        includeAll: true,
        // Not the list of all values: series without the label count too.
        allValue: ".*",
        current: { selected: true, text: ["All"], value: ["$__all"] },
        hide: 0,
    };
}

/** Every row's title, and below it its panels from left to right. */
function place(rows: readonly Row[]): (PlacedPanel | PlacedRow)[] {
    const placed: (PlacedPanel | PlacedRow)[] = [];
    let y = 0;
    for (const { title, height, panels } of rows) {
        const id = () => placed.length + 1;
        placed.push(rowTitle(id(), title, { x: 0, y, w: WIDTH, h: 1 }));
        y += 1;
        let x = 0;
        for (const spec of panels) {
            if (x + spec.width > WIDTH) [x, y] = [0, y + height];
            const gridPos = { x, y, w: spec.width, h: height };
            placed.push({ ...panel(spec), id: id(), gridPos });
            x += spec.width;
        }
        y += height;
    }
    return placed;
}

function rowTitle(id: number, title: string, gridPos: Place): PlacedRow {
    return { type: "row", id, title, gridPos, collapsed: false, panels: [] };
}
