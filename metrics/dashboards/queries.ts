// SPDX-License-Identifier: Apache-2.0
import type { Board, Need, PanelSpec } from "./board";

/** What a panel asks, ready to be sent to Thanos. */
export interface DashboardQuery {
    /** uid of the dashboard. */
    readonly dashboard: string;
    /** The panel's title. */
    readonly panel: string;
    /** Which of the panel's queries, from A. */
    readonly refId: string;
    /** With every variable replaced. */
    readonly expr: string;
    /** Whether it is asked along time, or once for now. */
    readonly range: boolean;
    /** What it cannot have an answer without; absent where every fleet in use answers it. */
    readonly needs?: Need;
}

/** Grafana's own variables, for one hour of a panel of usual width. */
function builtIn({ scrapeSeconds }: Board): Record<string, string> {
    return {
        __rate_interval: `${String(4 * scrapeSeconds)}s`,
        __interval: `${String(scrapeSeconds)}s`,
        __range: "1h",
    };
}

/** Every query of a dashboard, for all values of its variables. */
export function dashboardQueries(board: Board): DashboardQuery[] {
    const chosen = Object.fromEntries(board.variables.map(({ name }) => [name, ".*"]));
    const values = { ...builtIn(board), ...chosen };
    return board.rows
        .flatMap(({ panels }) => panels)
        .flatMap((panel) =>
            panel.queries.map(({ expr, needs }, i) => ({
                dashboard: board.uid,
                panel: panel.title,
                refId: refId(i),
                expr: fillIn(expr, values),
                range: isAlongTime(panel),
                ...(needs === undefined ? {} : { needs }),
            })),
        );
}

/** Whether a panel asks along time, or for now. */
export function isAlongTime({ kind }: PanelSpec): boolean {
    return kind === "lines";
}

/** Grafana's name of a panel's query: A, B, … */
export function refId(i: number): string {
    return String.fromCharCode("A".charCodeAt(0) + i);
}

function fillIn(expr: string, values: Readonly<Record<string, string>>): string {
    return expr.replaceAll(/\$(\w+)/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined) throw new Error(`variable $${name}: no dashboard has it: ${expr}`);
        return value;
    });
}
