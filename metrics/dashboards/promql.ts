// SPDX-License-Identifier: Apache-2.0
import { HEARTBEAT } from "../recordingRules";
import type { DashboardArgs } from "./board";

/*
 * Pieces of PromQL that several dashboards use.
 *
 * Which reporter: both ends of a request count it. The source's proxy is asked first, for it alone
 * sees requests that never arrived, and its latency is what the client felt. Where the source's
 * cluster does not send its metrics, the destination's proxy stands in, pair of clusters by pair:
 * both together would count a request twice, and one missing cluster would look like no traffic. A
 * destination names its client's cluster from the client's certificate, or "unknown" for clients
 * outside the mesh, whom no source counts at all. What a source calls "unknown" has had no upstream
 * to name: refused before it left, or outside the mesh.
 */

/** The window for "now": four samples, and a minute for their way to here. */
export function nowWindow({ scrapeSeconds }: Pick<DashboardArgs, "scrapeSeconds">): string {
    return `${String(4 * scrapeSeconds + 60)}s`;
}

/** The window along time: four samples at the least, and no sample between two points is left out. */
export const ALONG = "$__rate_interval";

/** Both ends of a way through the mesh. */
export const PAIR = ["source_cluster", "destination_cluster"] as const;

/** Names both ends in legends. */
export const PAIR_LEGEND = PAIR.map((label) => `{{${label}}}`).join(" -> ");

/** Answers that are the fault of the one who answers, or of the way there. */
export const FAILED = 'response_code=~"5.."';

const REQUESTS = "istio_requests_total";
const DURATIONS = "istio_request_duration_milliseconds_bucket";

/** What of the traffic is asked about. */
export interface Traffic {
    /** Matchers, beside the reporter's: `destination_service="a"`. */
    readonly where?: string;
    /** Labels that a series is kept for, beside the two clusters. */
    readonly by?: readonly string[];
    /** Of the rate: nowWindow or ALONG. */
    readonly window: string;
}

/** Requests a second, by source and destination cluster. */
export function requests(traffic: Traffic): string {
    return rateBetween(REQUESTS, traffic);
}

/** The rate of any of Istio's counters, by source and destination cluster. */
export function rateBetween(counter: string, { where, by, window }: Traffic): string {
    const labels = [...PAIR, ...(by ?? [])];
    return fallingBack((reporter) => sumOfRate(counter, labels, [reporter, where], window));
}

/** The share of requests that failed, 0 to 1, by source and destination cluster. */
export function failedShare({ where, window }: Traffic): string {
    return fallingBack((reporter) => {
        const rate = (...more: readonly string[]) =>
            sumOfRate(REQUESTS, PAIR, [reporter, where, ...more], window);
        // Where nothing failed there is no series of failures: the share is none, not unknown.
        return `(${rate(FAILED)} or ${rate()} * 0) / (${rate()} > 0)`;
    });
}

/** A quantile of the requests' duration in milliseconds, by source and destination cluster. */
export function duration(quantile: number, { where, window }: Traffic): string {
    const labels = [...PAIR, "le"];
    const buckets = fallingBack((reporter) =>
        sumOfRate(DURATIONS, labels, [reporter, where], window),
    );
    return positive(`histogram_quantile(${String(quantile)}, ${buckets})`);
}

/** A quantile over everything that the matchers leave, by some labels. */
export function durationBy(
    quantile: number,
    labels: readonly string[],
    where: string,
    window: string,
): string {
    const buckets = sumOfRate(DURATIONS, [...labels, "le"], [where], window);
    return positive(`histogram_quantile(${String(quantile)}, ${buckets})`);
}

/** The rate of a counter, summed by labels. */
export function sumOfRate(
    metric: string,
    labels: readonly string[],
    where: readonly (string | undefined)[],
    window: string,
): string {
    const matchers = where.filter((one) => one !== undefined && one !== "").join(",");
    const series = matchers === "" ? metric : `${metric}{${matchers}}`;
    return `sum by (${labels.join(", ")}) (rate(${series}[${window}]))`;
}

/** Seconds since each cluster's rules were evaluated, for some time after the last that arrived. */
export function heartbeatAge(where: string, remembered: string): string {
    const heartbeat = where === "" ? HEARTBEAT : `${HEARTBEAT}{${where}}`;
    return `time() - max by (cluster) (max_over_time(${heartbeat}[${remembered}]))`;
}

/** With 0 for each cluster that has the other series: counters appear with their first event. */
export function orZero(expr: string, metric: string): string {
    return `${expr} or on (cluster) max by (cluster) (${metric}) * 0`;
}

/** Without NaN, which is no request at all and compares to nothing. */
function positive(expr: string): string {
    return `${expr} > 0`;
}

/** What sources report, and for pairs of clusters that they say nothing of what destinations do. */
function fallingBack(by: (reporter: string) => string): string {
    const [source, destination] = [by('reporter="source"'), by('reporter="destination"')];
    return `(${source} or on (${PAIR.join(", ")}) ${destination})`;
}
