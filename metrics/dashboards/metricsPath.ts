// SPDX-License-Identifier: Apache-2.0
import { JOBS } from "../names";
import { HEARTBEAT } from "../recordingRules";
import type { Board, DashboardArgs, Lines, Query, Row } from "./board";
import { ALONG, heartbeatAge, orZero, sumOfRate } from "./promql";
import { badFrom } from "./thresholds";

const CHOSEN = 'cluster=~"$cluster"';
const REMOTE = "prometheus_remote_storage";
const IN_THANOS = `job="${JOBS.thanos}"`;
const NOT_THANOS = `job!="${JOBS.thanos}"`;

/** A third of a row of lines. */
function third(
    title: string,
    unit: string,
    description: string,
    queries: readonly Query[],
    more: Partial<Pick<Lines, "thresholds" | "stacked">> = {},
): Lines {
    return { kind: "lines", title, description, width: 8, unit, queries, ...more };
}

function heartbeats({ reportSeconds }: DashboardArgs): Lines {
    return third(
        "Heartbeat age",
        "s",
        "Since the cluster's rules were evaluated last, as far as is known centrally.",
        [{ expr: heartbeatAge(CHOSEN, "15m"), legend: "{{cluster}}" }],
        { thresholds: badFrom(reportSeconds / 2, reportSeconds) },
    );
}

const sending: readonly Lines[] = [
    third(
        "Remote write behind",
        "s",
        "Between the newest sample of a federation and the newest that it has sent.",
        [
            {
                expr: `max by (cluster, pod) (${REMOTE}_queue_highest_timestamp_seconds{${CHOSEN}}) - max by (cluster, pod) (${REMOTE}_queue_highest_sent_timestamp_seconds{${CHOSEN}})`,
                legend: "{{cluster}} {{pod}}",
            },
        ],
    ),
    third("Samples sent", "cps", "Of each federation. Two of a cluster send the same.", [
        {
            expr: sumOfRate(`${REMOTE}_samples_total`, ["cluster", "pod"], [CHOSEN], ALONG),
            legend: "{{cluster}} {{pod}}",
        },
    ]),
    third("Samples waiting", "none", "They grow while the central cluster cannot be reached.", [
        {
            expr: `max by (cluster, pod) (${REMOTE}_samples_pending{${CHOSEN}})`,
            legend: "{{cluster}} {{pod}}",
        },
    ]),
    third(
        "Samples retried, failed, dropped",
        "cps",
        "Retried ones arrive later. Failed and dropped ones are lost for good.",
        (["retried", "failed", "dropped"] as const).map((what) => ({
            expr: orZero(
                sumOfRate(`${REMOTE}_samples_${what}_total`, ["cluster"], [CHOSEN], ALONG),
                HEARTBEAT,
            ),
            legend: `{{cluster}} ${what}`,
        })),
    ),
    third("Shards", "none", "Of remote write: at its most when it cannot keep up.", [
        {
            expr: `max by (cluster, pod) (${REMOTE}_shards{${CHOSEN}})`,
            legend: "{{cluster}} {{pod}}",
        },
    ]),
];

const central: Row = {
    title: "In the central cluster",
    height: 8,
    panels: [
        third("Samples received", "cps", "By the code that Receive answered with.", [
            {
                expr: sumOfRate("thanos_receive_write_samples_sum", ["code"], [], ALONG),
                legend: "{{code}}",
            },
        ]),
        third(
            "Latency p99",
            "s",
            "Of Receive's writes, and of what Query and its frontend are asked.",
            [
                {
                    expr: `histogram_quantile(0.99, ${sumOfRate("http_request_duration_seconds_bucket", ["service", "handler", "le"], [], ALONG)}) > 0`,
                    legend: "{{service}} {{handler}}",
                },
            ],
        ),
        third("Requests", "reqps", "To Receive, Query and its frontend.", [
            {
                expr: sumOfRate(
                    "http_request_duration_seconds_count",
                    ["service", "handler"],
                    [],
                    ALONG,
                ),
                legend: "{{service}} {{handler}}",
            },
        ]),
        third("Last upload", "s", "Since a block was uploaded. Blocks are two hours long.", [
            {
                expr: "time() - max by (service) (thanos_objstore_bucket_last_successful_upload_time > 0)",
                legend: "{{service}}",
                needs: "storage",
            },
        ]),
        third("Compactor halted", "none", "1 is halted: somebody has to look at it.", [
            { expr: "max(thanos_compact_halted)", legend: "halted", needs: "storage" },
        ]),
        third(
            "Refused and dropped",
            "cps",
            "Uploads that failed, writes over the limit, alerts lost.",
            [
                {
                    expr: `sum(rate(thanos_shipper_upload_failures_total[${ALONG}]))`,
                    legend: "uploads",
                    needs: "storage",
                },
                {
                    expr: `sum(rate(thanos_receive_head_series_limited_requests_total[${ALONG}])) or vector(0)`,
                    legend: "writes",
                },
                {
                    expr: `sum(rate(thanos_alert_sender_alerts_dropped_total[${ALONG}])) or vector(0)`,
                    legend: "alerts",
                },
            ],
        ),
    ],
};

const health: Row = {
    title: "Scrapes, rules and cost",
    height: 8,
    panels: [
        {
            kind: "table",
            title: "Targets",
            description: "What the collectors scrape. Fewer up than there are: look there first.",
            width: 8,
            unit: "none",
            labels: { cluster: "Cluster", job: "Job" },
            queries: [
                {
                    legend: "Up",
                    expr: `sum by (cluster, job) (scrape_targets_up{${CHOSEN}})`,
                },
                { legend: "All", expr: `sum by (cluster, job) (scrape_targets{${CHOSEN}})` },
            ],
        },
        third("Rules missed and failed", "cps", "Evaluations, by cluster and job.", [
            {
                expr: sumOfRate(
                    "prometheus_rule_group_iterations_missed_total",
                    ["cluster", "job"],
                    [CHOSEN],
                    ALONG,
                ),
                legend: "{{cluster}} {{job}} missed",
            },
            {
                expr: sumOfRate(
                    "prometheus_rule_evaluation_failures_total",
                    ["cluster", "job"],
                    [CHOSEN],
                    ALONG,
                ),
                legend: "{{cluster}} {{job}} failed",
            },
        ]),
        third(
            "Series in memory",
            "none",
            "Of collectors, of one federation each, of all Receives.",
            [
                {
                    expr: `max by (cluster, job) (prometheus_tsdb_head_series{${CHOSEN},${NOT_THANOS}})`,
                    legend: "{{cluster}} {{job}}",
                },
                {
                    expr: `sum by (cluster, service) (prometheus_tsdb_head_series{${CHOSEN},${IN_THANOS}})`,
                    legend: "{{cluster}} {{service}}",
                },
            ],
        ),
        ...cost(),
    ],
};

function cost(): Lines[] {
    const tiers = `${CHOSEN},job=~"${[JOBS.operator, JOBS.collector, JOBS.federation, JOBS.thanos].join("|")}"`;
    return [
        {
            ...third("Memory", "bytes", "Of each tier, without its sidecars.", [
                {
                    expr: `sum by (cluster, job, service) (process_resident_memory_bytes{${tiers}})`,
                    legend: "{{cluster}} {{job}} {{service}}",
                },
            ]),
            width: 12,
        },
        {
            ...third("CPU", "none", "Of each tier in cores, without its sidecars.", [
                {
                    expr: sumOfRate(
                        "process_cpu_seconds_total",
                        ["cluster", "job", "service"],
                        [tiers],
                        ALONG,
                    ),
                    legend: "{{cluster}} {{job}} {{service}}",
                },
            ]),
            width: 12,
        },
    ];
}

/** The way of the metrics themselves: whether what the others show can be believed. */
export function metricsPath(args: DashboardArgs): Board {
    return {
        uid: "istio-fleet-metrics-path",
        title: "Istio fleet / Metrics path",
        description: "Collectors, federations, Receive and Query.",
        scrapeSeconds: args.scrapeSeconds,
        variables: [{ name: "cluster", title: "Cluster", label: "cluster", of: HEARTBEAT }],
        rows: [
            { title: "From the clusters", height: 8, panels: [heartbeats(args), ...sending] },
            central,
            health,
        ],
    };
}
