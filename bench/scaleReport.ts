// SPDX-License-Identifier: Apache-2.0
import type { Peaks } from "./processes";

/** What a full mesh of so many clusters took. */
export interface Measured {
    readonly clusters: number;
    readonly edges: number;
    /** Seconds of `pulumi up` from nothing. */
    readonly up: number;
    /** Seconds of a preview that finds no changes. */
    readonly preview: number;
    /** Seconds of `pulumi destroy`. */
    readonly destroy: number;
    /** Memory of all nodes at rest, as `docker stats` has it, in bytes. */
    readonly nodesBytes: number;
    /** How much less this machine had available at rest than before, in bytes. */
    readonly hostBytes: number;
    /** Processes of pulumi during up. */
    readonly processes: Peaks;
    /** Size of the state as `pulumi stack export` gives it, in bytes. */
    readonly stateBytes: number;
    /** Number of resources in the state. */
    readonly resources: number;
}

/** Numbers of clusters, as `--clusters 1,2,4` has them. */
export function parseSizes(text: string): number[] {
    const sizes = text.split(",").map((part) => part.trim());
    if (sizes.some((size) => !/^[1-9]\d*$/.test(size))) {
        throw new Error(
            `--clusters: ${JSON.stringify(text)} must be numbers of clusters from 1, for example 1,2,4,8`,
        );
    }
    return sizes.map(Number);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes in a line of `docker stats`: `332.9MiB / 23.54GiB` are used, of so many that there are. */
export function parseUsage(text: string): number {
    const [, number = "", unit = ""] = /^\s*([\d.]+)([A-Za-z]+) \/ /.exec(text) ?? [];
    const power = UNITS.indexOf(unit);
    if (power < 0) throw new Error(`docker stats: ${JSON.stringify(text)} is not a memory usage`);
    return Number(number) * 1024 ** power;
}

const COLUMNS: readonly (readonly [string, (measured: Measured) => string])[] = [
    ["clusters", ({ clusters }) => String(clusters)],
    ["edges", ({ edges }) => String(edges)],
    ["up", ({ up }) => time(up)],
    ["preview", ({ preview }) => time(preview)],
    ["destroy", ({ destroy }) => time(destroy)],
    ["nodes' memory", ({ nodesBytes }) => gib(nodesBytes)],
    ["machine's memory", ({ hostBytes }) => gib(hostBytes)],
    ["providers", ({ processes }) => String(processes.provider.count)],
    ["providers' RSS", ({ processes }) => gib(processes.provider.bytes)],
    ["pulumi's RSS", ({ processes }) => gib(processes.cli.bytes)],
    ["program's RSS", ({ processes }) => gib(processes.program.bytes)],
    ["resources", ({ resources }) => String(resources)],
    ["state", ({ stateBytes }) => `${(stateBytes / 1024 ** 2).toFixed(1)} MiB`],
];

/** The table of docs/scale.md. */
export function formatTable(rows: readonly Measured[]): string {
    const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
    return [
        line(COLUMNS.map(([name]) => name)),
        `|${COLUMNS.map(() => "---:|").join("")}\n`,
        ...rows.map((row) => line(COLUMNS.map(([, cell]) => cell(row)))),
    ].join("");
}

function time(seconds: number): string {
    return `${seconds.toFixed(1)} s`;
}

function gib(bytes: number): string {
    return `${(bytes / 1024 ** 3).toFixed(2)} GiB`;
}
