// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { dashboardModel, fleetDashboards } from "../../metrics/dashboards";
import type { Board, PanelSpec } from "../../metrics/dashboards/board";
import { panel } from "../../metrics/dashboards/panels";
import type { PlacedPanel, PlacedRow } from "../../metrics/dashboards/schema";
import { badBelow, badFrom } from "../../metrics/dashboards/thresholds";

const boards = fleetDashboards({ scrapeSeconds: 15, reportSeconds: 120 });

/** Of Grafana's units those that dashboards use: an unknown one is shown as text after the number. */
const UNITS = ["Bps", "bytes", "cps", "d", "ms", "none", "percentunit", "reqps", "s"];

type Placed = PlacedPanel | PlacedRow;

function panels({ panels: placed }: { panels: Placed[] }): PlacedPanel[] {
    return placed.filter((one): one is PlacedPanel => one.type !== "row");
}

/** Every cell of the grid that a panel takes. */
function cells({ gridPos }: Placed): string[] {
    if (!gridPos) throw new Error("has no place");
    const { x, y, w, h } = gridPos;
    return Array.from({ length: w * h }, (_, i) =>
        [x + (i % w), y + Math.floor(i / w)].map(String).join(),
    );
}

function duplicates<T>(values: readonly T[]): T[] {
    return values.filter((value, i) => values.indexOf(value) !== i);
}

describe("fleetDashboards", () => {
    it("are four, the overview first", () => {
        expect(boards.map(({ uid }) => uid)).to.deep.equal([
            "istio-fleet-overview",
            "istio-fleet-service",
            "istio-fleet-control-planes",
            "istio-fleet-metrics-path",
        ]);
    });

    for (const board of boards) {
        const model = dashboardModel(board);
        describe(board.uid, () => {
            it("has a uid that Grafana takes", () => {
                expect(model.uid).to.match(/^[a-z][a-z-]{7,39}$/);
            });

            it("gives each panel an id of its own, from 1 on", () => {
                expect(model.panels.map(({ id }) => id)).to.deep.equal(
                    model.panels.map((_, i) => i + 1),
                );
            });

            it("puts no panel on another", () => {
                expect(duplicates(model.panels.flatMap(cells))).to.deep.equal([]);
            });

            it("puts no panel over the edge", () => {
                const over = model.panels.filter(
                    ({ gridPos }) => (gridPos?.x ?? 0) + (gridPos?.w ?? 0) > 24,
                );
                expect(over).to.deep.equal([]);
            });

            it("gives each panel a title of its own, and says what it means", () => {
                expect(duplicates(panels(model).map(({ title }) => title))).to.deep.equal([]);
                expect(panels(model).filter(({ description }) => !description)).to.deep.equal([]);
            });

            it("asks Thanos alone", () => {
                const sources = [
                    ...panels(model).flatMap(({ datasource, targets }) => [
                        datasource,
                        ...targets.map((target) => target.datasource),
                    ]),
                    ...model.templating.list.map(({ datasource }) => datasource),
                ];
                const texts = new Set(sources.map((source) => JSON.stringify(source)));
                expect([...texts]).to.deep.equal(['{"type":"prometheus","uid":"thanos"}']);
            });

            it("has units that Grafana knows", () => {
                const units = panels(model).map(
                    ({ fieldConfig }) => fieldConfig.defaults.unit ?? "",
                );
                expect(units.filter((unit) => !UNITS.includes(unit))).to.deep.equal([]);
            });

            it("names a panel's queries differently", () => {
                const twice = panels(model).filter(
                    ({ targets }) => duplicates(targets.map(({ refId }) => refId)).length > 0,
                );
                expect(twice).to.deep.equal([]);
            });
        });
    }
});

const spec = { title: "T", description: "D", width: 8, unit: "s" };
const thanos = { type: "prometheus", uid: "thanos" };

describe("dashboardModel", () => {
    const stat = (title: string, width: number): PanelSpec => ({
        ...spec,
        kind: "stat",
        title,
        width,
        queries: [{ expr: "a" }],
    });
    const board: Board = {
        uid: "b",
        title: "B",
        description: "About b",
        scrapeSeconds: 15,
        variables: [{ name: "v", title: "V", label: "l", of: "m" }],
        rows: [
            { title: "One", height: 4, panels: [stat("a", 16), stat("b", 8), stat("c", 4)] },
            { title: "Two", height: 6, panels: [stat("d", 24)] },
        ],
    };
    const model = dashboardModel(board);

    it("places rows below each other, and panels from left to right, then on a new line", () => {
        expect(
            model.panels.map(({ id, title, gridPos }) => ({ id, title, ...gridPos })),
        ).to.deep.equal([
            { id: 1, title: "One", x: 0, y: 0, w: 24, h: 1 },
            { id: 2, title: "a", x: 0, y: 1, w: 16, h: 4 },
            { id: 3, title: "b", x: 16, y: 1, w: 8, h: 4 },
            { id: 4, title: "c", x: 0, y: 5, w: 4, h: 4 },
            { id: 5, title: "Two", x: 0, y: 9, w: 24, h: 1 },
            { id: 6, title: "d", x: 0, y: 10, w: 24, h: 6 },
        ]);
    });

    it("lets variables stand for all at first, series without the label too", () => {
        expect(model.templating.list).to.deep.equal([
            {
                name: "v",
                label: "V",
                type: "query",
                datasource: thanos,
                query: { qryType: 1, query: "label_values(m, l)", refId: "v" },
                refresh: 2,
                sort: 1,
                multi: true,
                includeAll: true,
                allValue: ".*",
                current: { selected: true, text: ["All"], value: ["$__all"] },
                hide: 0,
            },
        ]);
    });

    it("cannot be edited, and shows the last hour", () => {
        const { editable, time, refresh } = model;
        expect({ editable, time, refresh }).to.deep.equal({
            editable: false,
            time: { from: "now-1h", to: "now" },
            refresh: "30s",
        });
    });
});

describe("panel", () => {
    it("asks along time for lines, with a legend", () => {
        const { targets } = panel({
            ...spec,
            kind: "lines",
            queries: [{ expr: "a", legend: "{{l}}" }, { expr: "b" }],
        });
        const common = { datasource: thanos, editorMode: "code", instant: false, range: true };
        expect(targets).to.deep.equal([
            { refId: "A", ...common, expr: "a", format: "time_series", legendFormat: "{{l}}" },
            { refId: "B", ...common, expr: "b", format: "time_series" },
        ]);
    });

    it("makes a row of each source and a column of each destination, empty without traffic", () => {
        const { targets, transformations } = panel({
            ...spec,
            kind: "matrix",
            rows: "from",
            columns: "to",
            queries: [{ expr: "a" }],
        });
        expect(targets.map(({ instant, format }) => ({ instant, format }))).to.deep.equal([
            { instant: true, format: "table" },
        ]);
        expect(transformations).to.deep.equal([
            {
                id: "groupingToMatrix",
                options: {
                    rowField: "from",
                    columnField: "to",
                    valueField: "Value",
                    emptyValue: "null",
                },
            },
        ]);
    });

    it("merges a table's queries, and names its columns", () => {
        const { transformations } = panel({
            ...spec,
            kind: "table",
            labels: { l: "Label" },
            queries: [
                { expr: "a", legend: "First" },
                { expr: "b", legend: "Second" },
            ],
        });
        expect(transformations).to.deep.equal([
            { id: "merge", options: {} },
            {
                id: "organize",
                options: {
                    excludeByName: { Time: true },
                    includeByName: {},
                    indexByName: { l: 0, "Value #A": 1, "Value #B": 2 },
                    renameByName: { l: "Label", "Value #A": "First", "Value #B": "Second" },
                },
            },
        ]);
    });
});

describe("thresholds", () => {
    it("are green below, when more is worse", () => {
        expect(badFrom(1, 2).steps).to.deep.equal([
            { color: "green", value: null },
            { color: "orange", value: 1 },
            { color: "red", value: 2 },
        ]);
    });

    it("are red below, when less is worse", () => {
        expect(badBelow(1, 2).steps).to.deep.equal([
            { color: "red", value: null },
            { color: "orange", value: 1 },
            { color: "green", value: 2 },
        ]);
    });
});
