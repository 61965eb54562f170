// SPDX-License-Identifier: Apache-2.0
import type * as grafana from "@grafana/schema";
import type {
    FieldConfig as TableCustom,
    Options as TableOptions,
} from "@grafana/schema/dist/types/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen.d.ts";
import type { Options as StatOptions } from "@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen.d.ts";
import type {
    FieldConfig as TimeSeriesCustom,
    Options as TimeSeriesOptions,
} from "@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen.d.ts";

/*
 * The JSON of a dashboard, out of Grafana's own types for the version that we run. They are only
 * types: nothing of the package is loaded, so it is no dependency of the program.
 */

/** A type with the values of its enums instead of the enums, as JSON has them. */
export type Plain<T> = T extends string
    ? `${T}`
    : T extends number
      ? `${T}` extends `${infer N extends number}`
          ? N
          : never
      : T extends object
        ? { [K in keyof T]: Plain<T[K]> }
        : T;

/** The one source of data that dashboards here know. */
export interface ThanosRef {
    readonly type: "prometheus";
    readonly uid: "thanos";
}

/** A query to a source of type prometheus. Grafana keeps this type in a package full of React. */
export interface PrometheusQuery extends grafana.DataQuery {
    readonly datasource: ThanosRef;
    readonly expr: string;
    readonly editorMode: "code";
    readonly format: "table" | "time_series";
    /** One value, at the end of the time range. */
    readonly instant: boolean;
    /** Values along the time range. */
    readonly range: boolean;
    readonly legendFormat?: string;
}

type Field<Custom> = Omit<Plain<grafana.FieldConfig>, "custom"> & {
    readonly custom: Plain<Custom>;
};

/** A panel of one kind: Grafana's own type leaves open what depends on the kind. */
type PanelOf<Type extends string, Options, Custom> = Omit<
    Plain<grafana.Panel>,
    "type" | "options" | "fieldConfig" | "targets" | "datasource" | "id" | "gridPos"
> & {
    readonly type: Type;
    readonly datasource: ThanosRef;
    readonly options: Plain<Options>;
    readonly fieldConfig: Omit<Plain<grafana.FieldConfigSource>, "defaults"> & {
        readonly defaults: Field<Custom>;
    };
    readonly targets: PrometheusQuery[];
};

export type StatPanel = PanelOf<"stat", StatOptions, Record<string, never>>;
export type TablePanel = PanelOf<"table", TableOptions, Partial<TableCustom>>;
export type TimeSeriesPanel = PanelOf<"timeseries", TimeSeriesOptions, TimeSeriesCustom>;

/** Where a panel is: a dashboard is 24 wide. */
export type Place = Readonly<Plain<Required<Pick<grafana.GridPos, "x" | "y" | "w" | "h">>>>;

/** A panel as it is drawn, before it has a place. */
export type Panel = StatPanel | TablePanel | TimeSeriesPanel;
export type PlacedPanel = Panel & { readonly id: number; readonly gridPos: Place };
export type PlacedRow = Plain<grafana.RowPanel>;
export type VariableModel = Plain<grafana.VariableModel>;
export type Transformation = Plain<grafana.DataTransformerConfig<Record<string, unknown>>>;
export type Override = Plain<grafana.FieldConfigSource>["overrides"][number];
export type Thresholds = Plain<grafana.ThresholdsConfig>;

/** A whole dashboard, as Grafana reads it from a file. */
export type DashboardModel = Omit<
    Plain<grafana.Dashboard>,
    "panels" | "templating" | "uid" | "title"
> & {
    readonly uid: string;
    readonly title: string;
    readonly panels: (PlacedPanel | PlacedRow)[];
    readonly templating: { list: VariableModel[] };
};
