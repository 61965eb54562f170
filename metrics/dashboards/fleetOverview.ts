// SPDX-License-Identifier: Apache-2.0
import { EDGE } from "../fleetAlerts";
import type { Board, DashboardArgs, Matrix, Row, Stat } from "./board";
import {
    ALONG,
    PAIR,
    PAIR_LEGEND,
    duration,
    failedShare,
    heartbeatAge,
    nowWindow,
    requests,
} from "./promql";
import type { Thresholds } from "./schema";
import { badFrom, shades } from "./thresholds";

const [SOURCE, DESTINATION] = PAIR;
const ON_PAIR = `on (${PAIR.join(", ")})`;
const EDGES = `max by (${PAIR.join(", ")}) (${EDGE})`;
const FAILED_SHARE = badFrom(0.01, 0.05);
const LATENCY = badFrom(500, 2000);

/** Traffic of planned edges alone, which is what goes from one cluster to another. */
const onEdges = (expr: string): string => `${expr} and ${ON_PAIR} ${EDGES}`;

/** The whole fleet at a glance. Its queries are few, and all but two ask for one moment. */
export function fleetOverview(args: DashboardArgs): Board {
    const window = nowWindow(args);
    return {
        uid: "istio-fleet-overview",
        title: "Istio fleet / Overview",
        description: "Traffic between the clusters, and whether all of them report.",
        scrapeSeconds: args.scrapeSeconds,
        variables: [],
        rows: [
            { title: "Fleet", height: 4, panels: [...reporting(args), ...totals(window)] },
            {
                title: `From cluster (row) to cluster (column), over ${window}`,
                height: 7,
                panels: matrices(window),
            },
            state(args),
            along,
        ],
    };
}

function stat(
    title: string,
    unit: string,
    description: string,
    expr: string,
    thresholds?: Thresholds,
): Stat {
    const colours = thresholds ? { thresholds } : {};
    return { kind: "stat", title, unit, description, width: 4, queries: [{ expr }], ...colours };
}

function reporting({ reportSeconds }: DashboardArgs): Stat[] {
    const late = String(reportSeconds);
    return [
        stat(
            "Clusters that report",
            "none",
            `Clusters whose last heartbeat is less than ${late} s old.`,
            `count(${heartbeatAge("", "1h")} < ${late}) or vector(0)`,
        ),
        stat(
            "Clusters silent",
            "none",
            "Clusters of the last hour whose heartbeat does not arrive any more.",
            `count(${heartbeatAge("", "1h")} >= ${late}) or vector(0)`,
            badFrom(1, 1),
        ),
        stat(
            "Alerts firing",
            "none",
            "In the clusters and centrally.",
            'count(ALERTS{alertstate="firing"}) or vector(0)',
            badFrom(1, 1),
        ),
    ];
}

function totals(window: string): Stat[] {
    const now = requests({ window });
    const failed = `sum(${failedShare({ window })} * ${now})`;
    return [
        stat(
            "All requests",
            "reqps",
            "All requests of the mesh, each counted once.",
            `sum(${now}) or vector(0)`,
        ),
        stat(
            "Requests between clusters",
            "reqps",
            "Requests that went from one cluster to another by a planned edge.",
            `sum(${onEdges(now)}) or vector(0)`,
        ),
        stat(
            "Requests failed",
            "percentunit",
            "Share of all requests that got a 5xx, from a service or from the mesh.",
            `${failed} / (sum(${now}) > 0) or vector(0)`,
            FAILED_SHARE,
        ),
    ];
}

function betweenClusters(
    panel: Pick<Matrix, "title" | "description" | "width" | "unit" | "thresholds">,
    expr: string,
): Matrix {
    return {
        ...panel,
        kind: "matrix",
        decimals: 2,
        rows: SOURCE,
        columns: DESTINATION,
        queries: [{ expr }],
    };
}

function matrices(window: string): Matrix[] {
    return [
        betweenClusters(
            {
                title: "Requests",
                description:
                    'As sources count them, or destinations where the source\'s cluster does not report. Row "unknown": from outside the mesh. Column "unknown": there was no upstream.',
                width: 12,
                unit: "reqps",
                thresholds: shades(0.1, 10, 100),
            },
            requests({ window }),
        ),
        betweenClusters(
            {
                title: "Failed",
                description: "Share of requests with a 5xx, those among them that never arrived.",
                width: 12,
                unit: "percentunit",
                thresholds: FAILED_SHARE,
            },
            failedShare({ window }),
        ),
        ...[0.5, 0.95, 0.99].map((quantile) =>
            betweenClusters(
                {
                    title: `Latency p${String(quantile * 100)}`,
                    description:
                        "As the client's proxy saw it: with the way through both gateways.",
                    width: 8,
                    unit: "ms",
                    thresholds: LATENCY,
                },
                duration(quantile, { window }),
            ),
        ),
    ];
}

function state(args: DashboardArgs): Row {
    const { reportSeconds } = args;
    return {
        title: "Edges, clusters and alerts",
        height: 8,
        panels: [
            {
                kind: "table",
                title: "Planned edges",
                description: "Every edge of the plan, with its traffic: 0 where nobody uses it.",
                width: 10,
                unit: "reqps",
                decimals: 2,
                labels: { [SOURCE]: "From", [DESTINATION]: "To" },
                queries: [
                    {
                        legend: "Requests",
                        expr: `${onEdges(requests({ window: nowWindow(args) }))} or ${ON_PAIR} ${EDGES} * 0`,
                    },
                ],
            },
            {
                kind: "table",
                title: "Heartbeats",
                description:
                    "Seconds since each cluster was last heard of, for an hour after that.",
                width: 5,
                unit: "s",
                decimals: 0,
                thresholds: badFrom(reportSeconds / 2, reportSeconds),
                labels: { cluster: "Cluster" },
                queries: [{ legend: "Age", expr: heartbeatAge("", "1h") }],
            },
            alerts,
        ],
    };
}

const alerts: Row["panels"][number] = {
    kind: "table",
    title: "Alerts",
    description: "What fires or is about to.",
    width: 9,
    unit: "none",
    labels: { alertname: "Alert", alertstate: "State", severity: "Severity", cluster: "Cluster" },
    queries: [
        {
            legend: "Count",
            expr: "count by (alertname, alertstate, severity, cluster) (ALERTS)",
            needs: "alert",
        },
    ],
};

const along: Row = {
    title: "Along time",
    height: 8,
    panels: [
        {
            kind: "lines",
            title: "Requests by source and destination",
            description: "Clusters' own traffic too.",
            width: 12,
            unit: "reqps",
            stacked: true,
            queries: [{ expr: requests({ window: ALONG }), legend: PAIR_LEGEND }],
        },
        {
            kind: "lines",
            title: "Failed by source and destination",
            description: "Share of requests with a 5xx.",
            width: 12,
            unit: "percentunit",
            softMax: 0.05,
            queries: [{ expr: failedShare({ window: ALONG }), legend: PAIR_LEGEND }],
        },
    ],
};
