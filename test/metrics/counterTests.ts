// SPDX-License-Identifier: Apache-2.0
import { type RuleTest, START, inputs, values } from "./ruleTests";

const ENDS =
    'source_workload="web", source_workload_namespace="shop", source_cluster="c1", ' +
    'destination_workload="cart", destination_service="cart.shop.svc.cluster.local", destination_cluster="c2"';
const HTTP = `reporter="source", ${ENDS}, request_protocol="http", response_code="200", connection_security_policy="mutual_tls"`;
const TCP = `reporter="destination", ${ENDS}, request_protocol="tcp"`;

/** Per counter: its job, the labels that stay, and others that its series have. */
type Case = readonly [name: string, job: string, stay: string, go?: string];

const histogram = (name: string, job: string, stay: string, go = ""): Case[] => [
    [`${name}_bucket`, job, [stay, 'le="100"'].filter((text) => text !== "").join(", "), go],
    [`${name}_sum`, job, stay, go],
    [`${name}_count`, job, stay, go],
];

const POD = 'app="web", node="c1-control-plane"';
const REMOTE = 'remote_name="thanos", url="http://thanos-receive"';
const GROUP = 'service="prometheus-collector", job="prometheus-collector"';
const HANDLER = 'service="thanos-query", handler="query"';

const CASES: readonly Case[] = [
    ["istio_requests_total", "istio-proxy", HTTP, POD],
    ...histogram("istio_request_duration_milliseconds", "istio-proxy", HTTP, POD),
    ...histogram("istio_request_bytes", "istio-proxy", HTTP, POD),
    ...histogram("istio_response_bytes", "istio-proxy", HTTP, POD),
    ["istio_request_messages_total", "istio-proxy", HTTP, POD],
    ["istio_response_messages_total", "istio-proxy", HTTP, POD],
    ["istio_tcp_sent_bytes_total", "istio-proxy", TCP, POD],
    ["istio_tcp_received_bytes_total", "istio-proxy", TCP, POD],
    ["istio_tcp_connections_opened_total", "istio-proxy", TCP, POD],
    // A label of this name would hide the cluster that the series is from.
    ["istio_tcp_connections_closed_total", "istio-proxy", TCP, `${POD}, cluster="c9"`],
    ["pilot_xds_pushes", "istiod", 'type="cds"'],
    ["pilot_total_xds_rejects", "istiod", 'type="lds"'],
    ...histogram("pilot_proxy_convergence_time", "istiod", ""),
    ["remote_cluster_sync_timeouts_total", "istiod", ""],
    ["controller_sync_errors_total", "istiod", 'remote_cluster="c2"', 'cluster="c2"'],
    ["process_cpu_seconds_total", "istiod", 'job="istiod", service="istiod"'],
    ["prometheus_remote_storage_samples_total", "prometheus-federation", 'pod="p"', REMOTE],
    ["prometheus_remote_storage_samples_failed_total", "prometheus-federation", 'pod="p"', REMOTE],
    [
        "prometheus_remote_storage_samples_dropped_total",
        "prometheus-federation",
        'pod="p", reason="too_old"',
        REMOTE,
    ],
    ["prometheus_remote_storage_samples_retried_total", "prometheus-federation", 'pod="p"', REMOTE],
    [
        "prometheus_rule_group_iterations_missed_total",
        "prometheus-collector",
        GROUP,
        'rule_group="a"',
    ],
    ["prometheus_rule_evaluation_failures_total", "prometheus-collector", GROUP, 'rule_group="a"'],
    ["thanos_receive_write_samples_sum", "thanos", 'code="200"', 'tenant="default-tenant"'],
    ["thanos_receive_write_timeseries_sum", "thanos", 'code="200"', 'tenant="default-tenant"'],
    ["thanos_receive_head_series_limited_requests_total", "thanos", "", 'tenant="default-tenant"'],
    ...histogram("http_request_duration_seconds", "thanos", HANDLER, 'code="200", method="get"'),
    ["thanos_shipper_upload_failures_total", "thanos", 'service="thanos-receive"'],
    ["thanos_alert_sender_alerts_dropped_total", "thanos", ""],
];

/**
 * Two processes, at 100 and 200 when the collector first sees them, count 2 and 3 with each scrape
 * at 0, 15, 30, … s. Rules are evaluated then too and look 5 s back, so the one at 75 s sees the
 * scrape of 60 s: the fifth. The first one counts nothing: 4 · (2 + 3) = 20. Each time 2 + 3 = 5.
 */
function labelTest([name, job, stay, go = ""]: Case): RuleTest {
    const own = [stay, go].filter((text) => text !== "");
    const labels = (instance: string): string =>
        [
            `instance="${instance}"`,
            // Where they stay, they are among them.
            ...(stay.includes("job=") ? [] : [`job="${job}"`]),
            ...(stay.includes("pod=") ? [] : ['pod="p"']),
            ...own,
        ].join(", ");
    return {
        name: `${name} is summed over processes, with its labels`,
        interval: "15s",
        start_timestamp: START,
        input_series: inputs({
            [`${name}{${labels("10.0.0.1:1")}}`]: "100+2x5",
            [`${name}{${labels("10.0.0.2:1")}}`]: "200+3x5",
            [`${name}{${labels("10.0.0.2:1").replace(`job="${job}"`, 'job="else"')}}`]: "0+1000x5",
        }),
        promql_expr_test: values("75s", {
            [`federate_increase:${name}`]: { [`federate_increase:${name}{${stay}}`]: 5 },
            [`federate:${name}`]: { [`federate:${name}{${stay}}`]: 20 },
        }),
    };
}

/** Every counter by itself. */
export const COUNTER_TESTS: readonly RuleTest[] = CASES.map(labelTest);
