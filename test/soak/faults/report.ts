// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, totalmem } from "node:os";
import { resolve } from "node:path";
import { withBlock } from "../../helpers/markedBlock";

/** What came of a fault. */
export interface Row {
    /** One of its report's faults. */
    readonly id: string;
    readonly fault: string;
    /** What was going on when it came. */
    readonly during: string;
    /** The end state, and how it was reached. */
    readonly end: string;
    /** From the fault to the end state that was proven. */
    readonly seconds: number;
    /** Requests across edges meanwhile; undefined where there was no traffic. */
    readonly sent?: number | undefined;
    readonly lost?: number | undefined;
}

const PAGE = resolve(__dirname, "../../../docs/reliability.md");

/** The rows of a run, for the page on reliability. */
export class FaultReport {
    private readonly rows = new Map<string, Row>();
    private readonly seeds: number[] = [];
    private secrets = 0;
    private leaks = 0;

    /**
     * @param block of the page, which the rows are written to.
     * @param faults ids of the rows, in the order of the page.
     */
    constructor(
        private readonly block: string,
        private readonly faults: readonly string[],
    ) {}

    add(row: Row): void {
        if (!this.faults.includes(row.id))
            throw new Error(`"${row.id}" is no fault of this report`);
        this.rows.set(row.id, row);
    }

    addSeed(seed: number): void {
        this.seeds.push(seed);
    }

    /** How many secrets were looked for in all that the faults have printed and left, and found. */
    addSecrets(looked: number, found: number): void {
        this.secrets += looked;
        this.leaks += found;
    }

    /** The faults that this run has not tried. */
    get missing(): string[] {
        return this.faults.filter((id) => !this.rows.has(id));
    }

    /** The table, and the figures below it. */
    text(date = new Date()): string {
        const rows = this.faults.flatMap((id) => this.rows.get(id) ?? []);
        const sum = (numbers: (number | undefined)[]) =>
            String(numbers.reduce<number>((total, one) => total + (one ?? 0), 0));
        const gibibytes = String(Math.round(totalmem() / 1024 ** 3));
        const machine = `${String(availableParallelism())} cores, ${gibibytes} GiB`;
        return [
            "| fault | while | end state | sent | lost | seconds |",
            "|---|---|---|---:|---:|---:|",
            ...rows.map(formatRow),
            "",
            `Faults tried: ${String(rows.length)}. Requests sent: ${sum(rows.map(({ sent }) => sent))}, lost: ` +
                `${sum(rows.map(({ lost }) => lost))}. Secrets looked for: ${String(this.secrets)}, leaked: ` +
                `${String(this.leaks)}.`,
            "",
            `One run, ${machine}, the lab's images, seed ${this.seeds.join(", ") || "none"}, ${date.toISOString().slice(0, 10)}.`,
        ].join("\n");
    }

    /**
     * Writes the page where every fault was tried, for half a run would take the other half away. Says
     * what it did, and what the page would have had.
     */
    async write(page = PAGE): Promise<string> {
        if (this.missing.length > 0) {
            return `${page} stays, not tried: ${this.missing.join(", ")}\n${this.text()}`;
        }
        await writeFile(page, withBlock(await readFile(page, "utf8"), this.block, this.text()));
        return `${page} is written`;
    }
}

function formatRow({ fault, during, end, sent, lost, seconds }: Row): string {
    const number = (value: number | undefined) => (value === undefined ? "–" : String(value));
    // What an error says may have anything in it.
    const texts = [fault, during, end].map((text) => text.replaceAll(/[|\s]+/g, " ").trim());
    const cells = [...texts, number(sent), number(lost), seconds.toFixed(0)];
    return `| ${cells.join(" | ")} |`;
}
