// SPDX-License-Identifier: Apache-2.0
import { FEDERATE_PREFIX } from "./names";
import { RECORDED_METRICS, type RecordedMetric, TARGET_LABELS } from "./recordedMetrics";
import { type RecordingRule, type RuleGroup } from "./rule";

export interface RecordingArgs {
    /** How often the collector scrapes and evaluates, in seconds; at most 60. */
    readonly scrapeSeconds: number;
}

/** How long a count is remembered, in seconds: a target or the collector may be away for less. */
const MEMORY = 600;

/** How long a collector that begins takes to find its targets, in seconds, before it scrapes them. */
const BEGINNING = 30;

/** Record of a counter's increments, for the next rule only: FEDERATE_PREFIX does not select it. */
const INCREASE_PREFIX = "federate_increase:";

/** When the rules of a cluster were last evaluated, in seconds since 1970. */
export const HEARTBEAT = "heartbeat";

/**
 * The collector's rules: a group with every gauge, and one for each counter or histogram, so that a
 * large one delays no other.
 */
export function recordingRules({ scrapeSeconds }: RecordingArgs): RuleGroup[] {
    const interval = duration(scrapeSeconds);
    const gauges = RECORDED_METRICS.filter(({ type }) => type === "gauge");
    const counters = RECORDED_METRICS.filter(({ type }) => type !== "gauge");
    return [
        {
            name: "federate-gauges",
            interval,
            rules: [
                { record: `${FEDERATE_PREFIX}${HEARTBEAT}`, expr: "time()" },
                ...gauges.map(gaugeRule),
            ],
        },
        ...counters.map((metric) => ({
            name: `federate-${metric.name}`,
            interval,
            // A sample bears the time at which its scrape began, and is there when that has ended. A
            // rule that looked at now would miss it, and the next one take it for counted.
            query_offset: duration(Math.max(1, Math.min(5, Math.floor(scrapeSeconds / 3)))),
            rules: seriesOf(metric).flatMap((name) => counterRules(metric, name, scrapeSeconds)),
        })),
    ];
}

/** The names that a recorded metric has centrally: a histogram has three. */
export function seriesOf({ name, type }: RecordedMetric): string[] {
    return type === "histogram" ? ["_bucket", "_sum", "_count"].map((part) => name + part) : [name];
}

function gaugeRule(metric: RecordedMetric): RecordingRule {
    const series = (metric.source ?? metric.name) + selector(metric.jobs, metric.where);
    return {
        record: FEDERATE_PREFIX + metric.name,
        expr: `${metric.aggregate ?? "sum"} ${grouping(metric, metric.name)} (${relabeled(metric, series)})`,
    };
}

/** An expression with the label that a metric's is renamed from under its new name too. */
function relabeled({ renamed }: RecordedMetric, expr: string): string {
    const [here, there] = renamed ?? [];
    if (here === undefined || there === undefined) return expr;
    return `label_replace(${expr}, "${here}", "$1", "${there}", "(.*)")`;
}

/**
 * A counter of the whole cluster that rises by what its processes count, and by nothing else.
 *
 * The sum of counters, as Istio's documentation records it, falls when a pod goes; rate() takes that
 * for a restart, and counts all that the other pods ever had a second time. So it is increments that
 * are summed, in two rules of one group: those run in order, and each sees what the one before it
 * recorded. Evaluations are exactly one interval apart, so each begins where the last one ended.
 *
 * To the first rule, a series is
 * - known: it gives its difference, also when scrapes failed in between, for staleness is no matter;
 * - of a known target, but new, or less than it was, for its process restarted: it gives all it has;
 * - of a new target, whose process is younger than the memory while the collector was there all the
 *   time: it gives all it has;
 * - of a target that may have been counted before: it gives nothing, and counts from here on.
 *
 * The second rule adds this to its own last value. A new series shows 0 once before it shows what
 * it has; rate() would not see its first requests otherwise.
 *
 * Inexact, and always too little: an evaluation that was missed, or that a scrape of longer than
 * `query_offset` came too late for, and the last interval before a collector restarts; a pod that
 * is not scraped twice, and what one counts after its last scrape; a process that restarts and
 * passes its old count within one interval; and what happens while a target, or the collector, is
 * away for longer than the memory. A collector that lost its data begins at 0, like any process.
 */
function counterRules(
    metric: RecordedMetric,
    name: string,
    scrapeSeconds: number,
): RecordingRule[] {
    const [memory, step] = [duration(MEMORY), duration(scrapeSeconds)];
    const now = name + selector(metric.jobs, metric.where);
    const before = `last_over_time(${now}[${memory}] offset ${step})`;
    const targets = selector(metric.jobs);
    const known = `max_over_time(up${targets}[${memory}] offset ${step}) == 1`;
    const started = `${metric.started ?? "process_start_time_seconds"}${targets}`;
    const young = `${started} > time() - ${String(MEMORY)}`;
    const there = `last_over_time(${FEDERATE_PREFIX}${HEARTBEAT}[${memory}] offset ${duration(BEGINNING + 2 * scrapeSeconds)})`;
    const increase = INCREASE_PREFIX + name;
    const increments = [
        "",
        `  (${now} - ${before} >= 0)`,
        `  or (${now} and on (job, instance, pod) (${known} or (${young} and on () ${there})))`,
        `  or ${now} * 0`,
        "",
    ].join("\n");
    // Of this evaluation: without a range an older one would do, were the first rule to fail.
    const added = `last_over_time(${increase}[1ms])`;
    const total = `last_over_time(${FEDERATE_PREFIX}${name}[${memory}])`;
    return [
        {
            record: increase,
            expr: `sum ${grouping(metric, name)} (${relabeled(metric, increments)})`,
        },
        {
            record: FEDERATE_PREFIX + name,
            expr: [
                `(${total} != 0) + ${added}`,
                // It has shown 0 so far: what it had when it began is still to be added.
                `or ${total} + ${added} + sum_over_time(${increase}[${memory}] offset ${step})`,
                `or ${added} * 0`,
            ].join("\n"),
        },
    ];
}

function grouping({ labels }: RecordedMetric, name: string): string {
    if (labels === "all") return `without (${TARGET_LABELS.join(", ")})`;
    return `by (${[...labels, ...(name.endsWith("_bucket") ? ["le"] : [])].join(", ")})`;
}

function selector(jobs: readonly string[] = [], where?: string): string {
    const job = jobs.length === 1 ? `job="${jobs.join("")}"` : `job=~"${jobs.join("|")}"`;
    const matchers = [...(jobs.length > 0 ? [job] : []), ...(where === undefined ? [] : [where])];
    return matchers.length > 0 ? `{${matchers.join(", ")}}` : "";
}

const duration = (seconds: number): string => `${String(seconds)}s`;
