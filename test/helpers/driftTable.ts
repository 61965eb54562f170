// SPDX-License-Identifier: Apache-2.0

/** A line of the table of docs/reliability.md. */
export interface DriftRow {
    readonly object: string;
    readonly what: "edited" | "deleted" | "restarted";
    /** What the preview named, as the table has it. */
    readonly named: string;
    /** How long the repair took. */
    readonly seconds: number;
    /** How many other objects it repaired too. */
    readonly others: number;
}

/** What cannot be drilled, and why. */
export interface NotDrilled extends Pick<DriftRow, "object" | "what"> {
    readonly why: string;
}

/** Changes as the table has them: the operation and the kind. */
export function inShort(changes: readonly string[]): string {
    const short = changes.map((change) => {
        const [operation = "", type = ""] = change.split(" ");
        return `${operation} ${type.split(":").at(-1) ?? ""}`;
    });
    return short.join(", ");
}

/** The table of docs/reliability.md. */
export function formatDrift(rows: readonly DriftRow[], others: readonly NotDrilled[]): string {
    const line = (...cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
    return [
        line("object", "by hand", "`preview --refresh` names", "repaired in"),
        "|---|---|---|---:|\n",
        ...rows.map(({ object, what, named, seconds, others: besides }) => {
            const beside = besides === 0 ? "" : ` with ${String(besides)} others`;
            return line(object, what, named, `${String(Math.round(seconds))} s${beside}`);
        }),
        ...others.map(({ object, what, why }) => line(object, what, `not drilled: ${why}`, "–")),
    ].join("");
}
