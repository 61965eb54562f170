// SPDX-License-Identifier: Apache-2.0

/** What a check found about one subject. */
export interface Finding {
    readonly ok: boolean;
    /** A plain sentence: what was seen, and when it is wrong, what should have been. */
    readonly detail: string;
}

/** One line of the report. */
export interface Check extends Finding {
    /** Which check: the same for all its subjects. */
    readonly id: string;
    /** What it is about: a cluster, an edge `a -> b`, a proxy. */
    readonly subject: string;
}

/** Everything that verify found. */
export interface VerifyReport {
    /** True only if every check holds. */
    readonly ok: boolean;
    readonly stack: string;
    readonly checks: readonly Check[];
}

/** The report of a run. No checks at all are no success. */
export function reportOf(stack: string, checks: readonly Check[]): VerifyReport {
    return { ok: checks.length > 0 && checks.every(({ ok }) => ok), stack, checks };
}

/** The report as the one JSON object that `--json` prints: these keys, in this order. */
export function formatJson(report: VerifyReport): string {
    const checks = report.checks.map(({ id, subject, ok, detail }) => ({
        id,
        subject,
        ok,
        detail,
    }));
    return JSON.stringify({ ok: report.ok, stack: report.stack, checks });
}

/** The report as a table for people, with the verdict in its last line. */
export function formatTable(report: VerifyReport): string {
    const width = (texts: readonly string[]): number =>
        Math.max(0, ...texts.map((text) => text.length));
    const ids = width(report.checks.map(({ id }) => id));
    const subjects = width(report.checks.map(({ subject }) => subject));
    const lines = report.checks.map(({ id, subject, ok, detail }) =>
        [ok ? "ok  " : "FAIL", id.padEnd(ids), subject.padEnd(subjects), detail].join("  "),
    );
    return [...lines, verdict(report)].join("\n");
}

/** One sentence about the whole report. */
export function verdict({ ok, stack, checks }: VerifyReport): string {
    const failed = checks.filter((check) => !check.ok).length;
    const total = String(checks.length);
    return ok
        ? `Stack ${stack}: all ${total} checks hold.`
        : `Stack ${stack}: ${String(failed)} of ${total} checks do not hold.`;
}

/** A check from a finding. */
export function toCheck(id: string, subject: string, { ok, detail }: Finding): Check {
    return { id, subject, ok, detail };
}

export function holds(detail: string): Finding {
    return { ok: true, detail };
}

export function fails(detail: string): Finding {
    return { ok: false, detail };
}

/** The message of anything that was thrown, on one line. */
export function reasonOf(error: unknown): string {
    const text = error instanceof Error ? describeError(error) : String(error);
    return text.replaceAll(/\s+/g, " ").trim();
}

/** Node hides what happened on each address of a host in an AggregateError without a message. */
function describeError(error: Error): string {
    if (error instanceof AggregateError && error.message === "") {
        return error.errors.map((inner) => reasonOf(inner)).join("; ");
    }
    return error.message || error.name;
}
