// SPDX-License-Identifier: Apache-2.0
import type { Board, DashboardArgs, Lines, Row, Table, Variable } from "./board";
import {
    ALONG,
    FAILED,
    PAIR,
    PAIR_LEGEND,
    duration,
    durationBy,
    failedShare,
    nowWindow,
    rateBetween,
    requests,
    sumOfRate,
} from "./promql";

const REQUESTS = "istio_requests_total";
const OF_SERVICE = [
    'destination_service=~"$service"',
    'source_cluster=~"$source"',
    'destination_cluster=~"$destination"',
].join(",");
const BY_SERVER = 'reporter="destination"';

const chosen = { where: OF_SERVICE, window: ALONG };

const variable = (name: string, title: string, label: string): Variable => ({
    name,
    title,
    label,
    of: REQUESTS,
});

/** The share of requests that came by mutual TLS: only who receives them knows. */
function mutualTls(): string {
    const rate = (...more: readonly string[]) =>
        sumOfRate(REQUESTS, [PAIR[0]], [BY_SERVER, OF_SERVICE, ...more], ALONG);
    return `(${rate('connection_security_policy="mutual_tls"')} or ${rate()} * 0) / (${rate()} > 0)`;
}

const traffic: Row = {
    title: "Requests",
    height: 8,
    panels: [
        {
            kind: "lines",
            title: "By clusters",
            description:
                "Who asks, and which cluster answers. As clients count; destinations stand in for clusters that do not report.",
            width: 8,
            unit: "reqps",
            stacked: true,
            queries: [{ expr: requests(chosen), legend: PAIR_LEGEND }],
        },
        {
            kind: "lines",
            title: "By response code",
            description: "As clients saw it. Code 0 is a client that did not wait for the answer.",
            width: 8,
            unit: "reqps",
            stacked: true,
            queries: [
                {
                    expr: `sum by (response_code) (${requests({ ...chosen, by: ["response_code"] })})`,
                    legend: "{{response_code}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Failed",
            description: "Share of requests with a 5xx, by source and destination cluster.",
            width: 8,
            unit: "percentunit",
            softMax: 0.05,
            queries: [{ expr: failedShare(chosen), legend: PAIR_LEGEND }],
        },
    ],
};

const latency: Row = {
    title: "Latency",
    height: 8,
    panels: [
        {
            kind: "lines",
            title: "p99 by clusters",
            description: "As the client's proxy saw it.",
            width: 8,
            unit: "ms",
            queries: [{ expr: duration(0.99, chosen), legend: PAIR_LEGEND }],
        },
        {
            kind: "lines",
            title: "Client's side and server's side",
            description: "What is between the two is the way: gateways, network, TLS.",
            width: 8,
            unit: "ms",
            queries: ([0.5, 0.95, 0.99] as const).map((quantile) => ({
                expr: durationBy(quantile, ["reporter"], OF_SERVICE, ALONG),
                legend: `p${String(quantile * 100)} at {{reporter}}`,
            })),
        },
        {
            kind: "lines",
            title: "Why requests failed",
            description:
                "Envoy's response flags of requests with a 5xx: UH no healthy upstream, UF no connection, NR no route, URX retried too often; - the service itself.",
            width: 8,
            unit: "reqps",
            queries: [
                {
                    expr: sumOfRate(
                        REQUESTS,
                        ["reporter", "response_flags"],
                        [OF_SERVICE, FAILED],
                        ALONG,
                    ),
                    legend: "{{response_flags}} at {{reporter}}",
                    needs: "failure",
                },
            ],
        },
    ],
};

function callers(args: DashboardArgs): Table {
    const workload = ["source_workload", "source_workload_namespace"] as const;
    const window = nowWindow(args);
    return {
        kind: "table",
        title: "Callers",
        description: `Workloads that ask, over the last ${window}.`,
        width: 16,
        unit: "reqps",
        decimals: 2,
        labels: {
            [workload[0]]: "Workload",
            [workload[1]]: "Namespace",
            source_cluster: "From",
            destination_cluster: "To",
            destination_service: "Service",
        },
        queries: [
            {
                legend: "Requests",
                expr: requests({
                    where: OF_SERVICE,
                    by: [...workload, "destination_service"],
                    window,
                }),
            },
        ],
    };
}

const security: Lines = {
    kind: "lines",
    title: "Mutual TLS",
    description: "Share of requests that arrived by it, by source cluster. As servers see it.",
    width: 8,
    unit: "percentunit",
    softMax: 1,
    queries: [{ expr: mutualTls(), legend: "from {{source_cluster}}" }],
};

/** Sizes and connections: Istio's own proxy counts them, an Envoy without its filter does not. */
const volume: Row = {
    title: "Volume",
    height: 8,
    panels: [
        {
            kind: "lines",
            title: "Bytes of requests and answers",
            description: "Bodies of HTTP and gRPC.",
            width: 12,
            unit: "Bps",
            queries: (["request", "response"] as const).map((what) => ({
                expr: `sum(${rateBetween(`istio_${what}_bytes_sum`, chosen)})`,
                legend: what,
                needs: "bytes" as const,
            })),
        },
        {
            kind: "lines",
            title: "TCP",
            description: "Bytes of connections that are not HTTP.",
            width: 12,
            unit: "Bps",
            queries: (["sent", "received"] as const).map((what) => ({
                expr: `sum(${rateBetween(`istio_tcp_${what}_bytes_total`, chosen)})`,
                legend: what,
                needs: "tcp" as const,
            })),
        },
    ],
};

/** One service of the mesh, or all: who asks for it, where it is answered, how fast and how well. */
export function meshService(args: DashboardArgs): Board {
    return {
        uid: "istio-fleet-service",
        title: "Istio fleet / Service",
        description: "A service wherever in the fleet it runs.",
        scrapeSeconds: args.scrapeSeconds,
        variables: [
            variable("service", "Service", "destination_service"),
            variable("source", "From cluster", "source_cluster"),
            variable("destination", "To cluster", "destination_cluster"),
        ],
        rows: [
            traffic,
            latency,
            { title: "Callers and security", height: 8, panels: [callers(args), security] },
            volume,
        ],
    };
}
