// SPDX-License-Identifier: Apache-2.0
import type { Lines, Matrix, PanelSpec, Stat, Table } from "./board";
import { refId } from "./queries";
import type { Panel, StatPanel, TablePanel, TimeSeriesPanel, Transformation } from "./schema";
import { THANOS, targets } from "./targets";

/** A panel as Grafana has it, but for its place. */
export function panel(spec: PanelSpec): Panel {
    switch (spec.kind) {
        case "stat":
            return stat(spec);
        case "lines":
            return lines(spec);
        case "table":
            return table(spec);
        case "matrix":
            return matrix(spec);
    }
}

function stat(spec: Stat): StatPanel {
    return {
        type: "stat",
        ...common(spec),
        fieldConfig: { defaults: { ...field(spec), custom: {} }, overrides: [] },
        options: {
            colorMode: spec.thresholds ? "background" : "value",
            graphMode: "none",
            justifyMode: "auto",
            orientation: "auto",
            percentChangeColorMode: "standard",
            reduceOptions: { calcs: ["lastNotNull"], fields: "", values: false },
            showPercentChange: false,
            textMode: "auto",
            wideLayout: true,
        },
    };
}

function lines(spec: Lines): TimeSeriesPanel {
    return {
        type: "timeseries",
        ...common(spec),
        fieldConfig: {
            defaults: {
                ...field(spec),
                // Colours tell lines apart; a threshold would give them all one.
                color: { mode: "palette-classic" },
                min: 0,
                custom: {
                    drawStyle: "line",
                    fillOpacity: spec.stacked ? 30 : 5,
                    lineWidth: 1,
                    showPoints: "never",
                    stacking: { mode: spec.stacked ? "normal" : "none" },
                    thresholdsStyle: { mode: spec.thresholds ? "line" : "off" },
                    ...(spec.softMax === undefined ? {} : { axisSoftMax: spec.softMax }),
                },
            },
            overrides: [],
        },
        options: {
            legend: {
                calcs: ["lastNotNull"],
                displayMode: "list",
                placement: "bottom",
                showLegend: true,
            },
            tooltip: { mode: "multi", sort: "desc" },
        },
    };
}

function table(spec: Table): TablePanel {
    const labels = Object.keys(spec.labels);
    const values = spec.queries.map((_, i) => valueColumn(i, spec.queries.length));
    const titles = spec.queries.map(({ legend }) => legend ?? "Value");
    const columns = [...labels, ...values];
    return {
        ...tableBase(spec),
        fieldConfig: {
            defaults: { ...field(spec), custom: cell(spec) },
            overrides: [plainText, ...(spec.overrides ?? [])],
        },
        transformations: [
            { id: "merge", options: {} },
            {
                id: "organize",
                options: {
                    excludeByName: { Time: true },
                    includeByName: {},
                    indexByName: Object.fromEntries(columns.map((name, i) => [name, i])),
                    renameByName: {
                        ...spec.labels,
                        ...Object.fromEntries(values.map((name, i) => [name, titles[i]])),
                    },
                },
            },
        ],
    };
}

function matrix(spec: Matrix): TablePanel {
    const { rows, columns } = spec;
    return {
        ...tableBase(spec),
        fieldConfig: {
            defaults: { ...field(spec), custom: cell(spec) },
            overrides: [
                plainText,
                // What the transformation calls the column of the rows' names.
                renamed(`${rows}\\${columns}`, "from \\ to"),
            ],
        },
        transformations: [
            {
                id: "groupingToMatrix",
                // No traffic is an empty cell: 0 would be coloured as the best.
                options: {
                    rowField: rows,
                    columnField: columns,
                    valueField: "Value",
                    emptyValue: "null",
                },
            } satisfies Transformation,
        ],
    };
}

function tableBase(spec: Table | Matrix): Omit<TablePanel, "fieldConfig"> {
    return {
        type: "table",
        ...common(spec),
        options: { frameIndex: 0, showHeader: true, cellHeight: "sm" },
    };
}

function common(spec: PanelSpec) {
    const { title, description } = spec;
    return { title, description, datasource: THANOS, targets: targets(spec) };
}

function field({ unit, decimals, thresholds }: PanelSpec) {
    return {
        unit,
        ...(decimals === undefined ? {} : { decimals }),
        ...(thresholds ? { thresholds, color: { mode: "thresholds" as const } } : {}),
    };
}

function cell({ thresholds }: PanelSpec) {
    return {
        align: "auto",
        inspect: false,
        cellOptions: thresholds
            ? ({ type: "color-background", mode: "basic" } as const)
            : ({ type: "auto" } as const),
    } as const;
}

/** Names have no unit and no colour. */
const plainText = {
    matcher: { id: "byType", options: "string" },
    properties: [
        { id: "custom.cellOptions", value: { type: "auto" } },
        { id: "unit", value: "string" },
    ],
};

function renamed(name: string, displayName: string) {
    return {
        matcher: { id: "byName", options: name },
        properties: [{ id: "displayName", value: displayName }],
    };
}

/** What Grafana calls the column of a query's values. */
function valueColumn(i: number, of: number): string {
    return of === 1 ? "Value" : `Value #${refId(i)}`;
}
