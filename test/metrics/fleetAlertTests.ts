// SPDX-License-Identifier: Apache-2.0
import { fleetAlerts } from "../../metrics/fleetAlerts";
import { type AlertScenario, type Firing, alertTest } from "./alertTests";
import { type RuleTest, START, inputs, values } from "./ruleTests";

export const FLEET_GROUPS = fleetAlerts({
    senders: ["c1", "c2"],
    edges: [
        { observing: "c1", observed: "c2" },
        { observing: "c2", observed: "c1" },
    ],
    reportSeconds: 120,
    edgeSilentMinutes: 15,
});

const heartbeat = (cluster: string, replica = "f-0"): string =>
    `heartbeat{cluster="${cluster}", prometheus_replica="${replica}"}`;

/** Requests of c1's pods to c2, as each end reports them. */
const SOURCE =
    'istio_requests_total{cluster="c1", reporter="source", source_cluster="c1", destination_cluster="c2"}';
const DESTINATION =
    'istio_requests_total{cluster="c2", reporter="destination", source_cluster="c1", destination_cluster="c2"}';

/** 6 requests in each of the first ten minutes, then none for more than a day. */
const TEN_MINUTES = "0+6x10 60x1500";
const BOTH_REPORT = {
    [heartbeat("c1")]: "900000+60x1510",
    [heartbeat("c2")]: "900000+60x1510",
};

const EDGE_SILENT: Firing = {
    labels: { source_cluster: "c1", destination_cluster: "c2", severity: "warning" },
    annotations: {
        summary: "No request from c1 to c2 for 15 minutes.",
        description:
            "There were some within the last day. If nobody stopped sending, see whether the source's " +
            "istiod has synced with the destination, and whether the destination's gateway answers.",
    },
};

const notReporting = (cluster: string): Firing => ({ labels: { cluster, severity: "critical" } });

const unexpected = (cluster: string): Firing => ({
    labels: { cluster, severity: "warning" },
    annotations: {
        summary: `${cluster}: metrics come that nobody planned.`,
        description:
            "It is not in the plan, or has no edge to the central cluster. Remove what sends there, or plan it.",
    },
});

const SCENARIOS: readonly AlertScenario[] = [
    {
        // Minutes 10 and later all have 60: the last 15 samples are, from minute 24 on. The last
        // time that there were requests is minute 23, which is a day ago at 23 + 1440 = 1463.
        name: "an edge is silent, another one has always been",
        interval: "1m",
        series: { ...BOTH_REPORT, [SOURCE]: TEN_MINUTES, [DESTINATION]: TEN_MINUTES },
        expected: [
            ["EdgeSilent", "10m", []],
            ["EdgeSilent", "23m", []],
            ["EdgeSilent", "24m", [EDGE_SILENT]],
            ["EdgeSilent", "1462m", [EDGE_SILENT]],
            ["EdgeSilent", "1463m", []],
            ["ClusterNotReporting", "1463m", []],
            ["UnexpectedReporter", "1463m", []],
        ],
    },
    {
        name: "one end is enough to know that an edge is not silent",
        interval: "1m",
        series: { ...BOTH_REPORT, [SOURCE]: "0+6x60", [DESTINATION]: TEN_MINUTES },
        expected: [["EdgeSilent", "30m", []]],
    },
    {
        name: "where neither end reports, nobody knows that an edge is silent",
        interval: "1m",
        series: {
            [heartbeat("c1")]: "900000+60x12 stale",
            [heartbeat("c2")]: "900000+60x12 stale",
            [SOURCE]: "0+6x10 60x2 stale",
        },
        expected: [["EdgeSilent", "30m", []]],
    },
    {
        // The last heartbeat of c1 is at minute 5. It is 120 s old at minute 7, and 150 s half a minute
        // later, when the rule looks next: a minute after that the alert fires.
        name: "a sender stops, one has never begun, and a replica alone is no matter",
        interval: "1m",
        series: {
            [heartbeat("c1")]: "900000+60x5 stale",
            [heartbeat("c1", "f-1")]: "900000+60x2 stale",
        },
        expected: [
            ["ClusterNotReporting", "7m", [notReporting("c2")]],
            ["ClusterNotReporting", "8m", [notReporting("c2")]],
            ["ClusterNotReporting", "9m", [notReporting("c1"), notReporting("c2")]],
            ["ClusterNotReporting", "30m", [notReporting("c1"), notReporting("c2")]],
        ],
    },
    {
        // One was a sender until now: its last heartbeat, of minute 0, is too old at minute 2, when the
        // alert would fire.
        name: "clusters report that are no senders",
        interval: "1m",
        series: {
            ...BOTH_REPORT,
            [heartbeat("former")]: "900000",
            [heartbeat("c12")]: "900000+60x10",
            [heartbeat("other")]: "900000+60x10",
            [heartbeat("other", "f-1")]: "900000+60x10",
        },
        expected: [
            ["UnexpectedReporter", "1m", []],
            ["UnexpectedReporter", "2m", [unexpected("c12"), unexpected("other")]],
            ["UnexpectedReporter", "5m", [unexpected("c12"), unexpected("other")]],
            ["UnexpectedReporter", "16m", []],
        ],
    },
];

/**
 * After 15 min, of minutes 1 to 15: 60 - 6 = 54 in 14 min, 54 · 15/14 = 57.86. Both ends say so, and
 * it is not 116. Of the other edge nothing is known but that its ends report.
 */
const RECORDS: RuleTest = {
    name: "planned edges, and their requests",
    interval: "1m",
    start_timestamp: START,
    input_series: inputs({ ...BOTH_REPORT, [SOURCE]: TEN_MINUTES, [DESTINATION]: TEN_MINUTES }),
    promql_expr_test: values("15m", {
        istio_fleet_edge: {
            'istio_fleet_edge{source_cluster="c1", destination_cluster="c2"}': 1,
            'istio_fleet_edge{source_cluster="c2", destination_cluster="c1"}': 1,
        },
        "round(istio_fleet_edge_requests)": {
            '{source_cluster="c1", destination_cluster="c2"}': 58,
            '{source_cluster="c2", destination_cluster="c1"}': 0,
        },
    }),
};

export const FLEET_ALERT_TESTS: readonly RuleTest[] = [
    ...SCENARIOS.map((scenario) => alertTest(FLEET_GROUPS, scenario)),
    RECORDS,
];
