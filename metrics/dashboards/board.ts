// SPDX-License-Identifier: Apache-2.0
import type { Override, Thresholds } from "./schema";

/*
 * What a dashboard shows, without how Grafana spells it: render.ts makes the JSON out of this, and
 * queries.ts the list of what it asks.
 */

/** What dashboards have to know of how the fleet is measured. */
export interface DashboardArgs {
    /** How far apart samples are, in seconds. */
    readonly scrapeSeconds: number;
    /** From what age of its last heartbeat on a cluster does not report, in seconds. */
    readonly reportSeconds: number;
}

/** What a query cannot have an answer without. Absent where every fleet in use answers it. */
export type Need =
    /** Connections of services that do not speak HTTP. */
    | "tcp"
    /** Sizes of requests and answers. */
    | "bytes"
    /** A request that failed. */
    | "failure"
    /** An alert that fires or is pending. */
    | "alert"
    /** Another cluster that istiod reads. */
    | "remote"
    /** An object storage: without one nothing is uploaded or compacted. */
    | "storage";

/** One question to Thanos. */
export interface Query {
    readonly expr: string;
    /** Name of each series, with `{{label}}`. For a table it is the column's name. */
    readonly legend?: string;
    readonly needs?: Need;
}

/** What all kinds of panels have. */
interface Common {
    readonly title: string;
    /** What it means, and when to worry. */
    readonly description: string;
    /** Of 24. */
    readonly width: number;
    /** Grafana's name of the unit. */
    readonly unit: string;
    /** Places after the point. Default: Grafana chooses. */
    readonly decimals?: number;
    /** Colours by value. Default: none. */
    readonly thresholds?: Thresholds;
}

/** One number: the query's value now. */
export interface Stat extends Common {
    readonly kind: "stat";
    readonly queries: readonly [Query];
}

/** Lines along time. */
export interface Lines extends Common {
    readonly kind: "lines";
    readonly queries: readonly Query[];
    /** Whether lines stand on each other: only for what adds up. */
    readonly stacked?: boolean;
    /** The least top of the axis. */
    readonly softMax?: number;
}

/** A table of series now: a column for each label named, and one for each query. */
export interface Table extends Common {
    readonly kind: "table";
    /** Labels that are columns, in their order, by what their columns are called. */
    readonly labels: Readonly<Record<string, string>>;
    readonly queries: readonly Query[];
    readonly overrides?: readonly Override[];
}

/** A coloured table of one query now: a row for each value of one label, a column for another's. */
export interface Matrix extends Common {
    readonly kind: "matrix";
    readonly rows: string;
    readonly columns: string;
    readonly queries: readonly [Query];
}

export type PanelSpec = Stat | Lines | Table | Matrix;

/** A line of panels below a title. */
export interface Row {
    readonly title: string;
    /** Of all its panels, in Grafana's units of about 38 pixels. */
    readonly height: number;
    /** As many fit side by side as are 24 wide together, then a new line begins. */
    readonly panels: readonly PanelSpec[];
}

/** A variable whose values are those of a label; all of them at first. */
export interface Variable {
    readonly name: string;
    readonly title: string;
    readonly label: string;
    /** The series whose label it is. */
    readonly of: string;
}

/** A dashboard. */
export interface Board {
    /** Name of its file, and its address in Grafana. */
    readonly uid: string;
    readonly title: string;
    readonly description: string;
    /** How far apart the samples are, in seconds. */
    readonly scrapeSeconds: number;
    readonly variables: readonly Variable[];
    readonly rows: readonly Row[];
}
