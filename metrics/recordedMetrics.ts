// SPDX-License-Identifier: Apache-2.0
import { ISTIO_NAMESPACE, METALLB_NAMESPACE, MONITORING_NAMESPACE } from "../plan/namespaces";
import { JOBS } from "./names";

type Aggregate = "sum" | "max" | "min" | "count";

/**
 * What each cluster gives to the fleet: every series that is there centrally, under the name it has
 * there, with the labels below and the external label `cluster`. Nothing else leaves a cluster.
 */
export interface RecordedMetric {
    /** Name as it is known centrally. */
    readonly name: string;
    /** A histogram stands for its three counters: `_bucket` (which keeps `le`), `_sum` and `_count`. */
    readonly type: "counter" | "gauge" | "histogram";
    /** The labels that stay; "all" is every label but those of the scraped target. */
    readonly labels: readonly string[] | "all";
    /** How a gauge's series become one; counters and histograms are summed. */
    readonly aggregate?: Aggregate;
    /** Label `job` of what it is taken from; anything that is scraped when absent. */
    readonly jobs?: readonly string[];
    /** What else its series have, as matchers. */
    readonly where?: string;
    /** The metric that it is taken from, where that has another name. */
    readonly source?: string;
    /** A label that has another name at the source, as [name here, name there]. */
    readonly renamed?: readonly [string, string];
    /** Of a counter: what tells when its process began; `process_start_time_seconds` when absent. */
    readonly started?: string;
}

/**
 * Labels of a scraped target, and `cluster`: /federate puts the cluster's own name only where there
 * is no such label yet.
 */
export const TARGET_LABELS: readonly string[] = [
    "instance",
    "pod",
    "container",
    "endpoint",
    "job",
    "namespace",
    "node",
    "service",
    "app",
    "cluster",
];

const NAMESPACES = [ISTIO_NAMESPACE, MONITORING_NAMESPACE, METALLB_NAMESPACE];

const PROXY = [JOBS.proxy];
const ISTIOD = [JOBS.istiod];
const CADVISOR = [JOBS.cadvisor];
const FEDERATION = [JOBS.federation];
const THANOS = [JOBS.thanos];
/** What has a TSDB, and what has rules. */
const SERVER = [JOBS.collector, JOBS.federation, JOBS.thanos];
/** What the program brings along with the mesh. */
const CONTROL = [JOBS.istiod, JOBS.metallb, JOBS.operator, ...SERVER];

const counter = (
    name: string,
    jobs: readonly string[],
    labels: readonly string[] = [],
): RecordedMetric => ({ name, type: "counter", labels, jobs });

const gauge = (
    name: string,
    aggregate: Aggregate,
    jobs: readonly string[],
    labels: readonly string[] = [],
): RecordedMetric => ({ name, type: "gauge", labels, aggregate, jobs });

const ofProxies = (name: string, type: "counter" | "histogram"): RecordedMetric => ({
    name,
    type,
    labels: "all",
    jobs: PROXY,
    started: "istio_agent_process_start_time_seconds",
});

/** Istio's standard metrics, with all that a proxy says of source, destination and request. */
const REQUESTS: readonly RecordedMetric[] = [
    ofProxies("istio_requests_total", "counter"),
    ofProxies("istio_request_duration_milliseconds", "histogram"),
    ofProxies("istio_request_bytes", "histogram"),
    ofProxies("istio_response_bytes", "histogram"),
    ofProxies("istio_request_messages_total", "counter"),
    ofProxies("istio_response_messages_total", "counter"),
    ofProxies("istio_tcp_sent_bytes_total", "counter"),
    ofProxies("istio_tcp_received_bytes_total", "counter"),
    ofProxies("istio_tcp_connections_opened_total", "counter"),
    ofProxies("istio_tcp_connections_closed_total", "counter"),
];

const PROXIES: readonly RecordedMetric[] = [
    // Seconds that are left; an agent renews its certificate when half of its life is over.
    gauge("istio_agent_cert_expiry_seconds", "min", PROXY, ["resource_name"]),
    {
        // Gateways by the label `app` of their pods: istio-eastwestgateway, and others' own.
        ...gauge("gateway_proxies_up", "sum", PROXY, ["app"]),
        source: "up",
        where: 'app=~".*gateway"',
    },
];

const CONTROL_PLANE: readonly RecordedMetric[] = [
    gauge("istio_build", "sum", ISTIOD, ["component", "tag"]),
    // The proxies that are connected, by their version.
    gauge("pilot_xds", "sum", ISTIOD, ["version"]),
    counter("pilot_xds_pushes", ISTIOD, ["type"]),
    counter("pilot_total_xds_rejects", ISTIOD, ["type"]),
    { ...counter("pilot_proxy_convergence_time", ISTIOD), type: "histogram" },
    // Each istiod knows all of these: a sum would count them once for every replica.
    gauge("pilot_services", "max", ISTIOD),
    gauge("pilot_endpoint_not_ready", "max", ISTIOD),
    gauge("istiod_managed_clusters", "max", ISTIOD, ["cluster_type"]),
    {
        // The number of istiods that are in this state with that cluster.
        ...gauge("istiod_remote_cluster_sync_status", "sum", ISTIOD, ["remote_cluster", "status"]),
        renamed: ["remote_cluster", "cluster"],
    },
    counter("remote_cluster_sync_timeouts_total", ISTIOD),
    {
        // Lists and watches that failed, those of a credential that is not accepted among them.
        ...counter("controller_sync_errors_total", ISTIOD, ["remote_cluster"]),
        renamed: ["remote_cluster", "cluster"],
    },
    gauge("citadel_server_root_cert_expiry_timestamp", "min", ISTIOD),
    gauge("citadel_server_cert_chain_expiry_timestamp", "min", ISTIOD),
];

/** Health of the scrapes, and what all this costs. `service` tells Thanos' components apart. */
const SELF: readonly RecordedMetric[] = [
    { ...gauge("scrape_targets", "count", [], ["job", "service"]), source: "up" },
    { ...gauge("scrape_targets_up", "sum", [], ["job", "service"]), source: "up" },
    gauge("process_resident_memory_bytes", "sum", CONTROL, ["job", "service"]),
    counter("process_cpu_seconds_total", CONTROL, ["job", "service"]),
    {
        ...gauge("container_memory_working_set_bytes", "sum", CADVISOR, ["namespace", "container"]),
        // A pod's own cgroup has no container, and its sandbox is called POD.
        where: `container!="", container!="POD", namespace=~"${NAMESPACES.join("|")}"`,
    },
    gauge("metallb_allocator_addresses_in_use_total", "max", [JOBS.metallb], ["pool"]),
    gauge("metallb_allocator_addresses_total", "max", [JOBS.metallb], ["pool"]),
];

/** Both replicas send the same: what matters is how each does, so these keep `pod`. */
const SENDERS: readonly RecordedMetric[] = [
    counter("prometheus_remote_storage_samples_total", FEDERATION, ["pod"]),
    counter("prometheus_remote_storage_samples_failed_total", FEDERATION, ["pod"]),
    counter("prometheus_remote_storage_samples_dropped_total", FEDERATION, ["pod", "reason"]),
    counter("prometheus_remote_storage_samples_retried_total", FEDERATION, ["pod"]),
    gauge("prometheus_remote_storage_samples_pending", "max", FEDERATION, ["pod"]),
    gauge("prometheus_remote_storage_shards", "max", FEDERATION, ["pod"]),
    gauge("prometheus_remote_storage_queue_highest_timestamp_seconds", "max", FEDERATION, ["pod"]),
    gauge("prometheus_remote_storage_queue_highest_sent_timestamp_seconds", "max", FEDERATION, [
        "pod",
    ]),
];

const SERVERS: readonly RecordedMetric[] = [
    gauge("prometheus_tsdb_head_series", "sum", SERVER, ["job", "service", "pod"]),
    counter("prometheus_rule_group_iterations_missed_total", SERVER, ["job", "service"]),
    counter("prometheus_rule_evaluation_failures_total", SERVER, ["job", "service"]),
];

const CENTRAL: readonly RecordedMetric[] = [
    counter("thanos_receive_write_samples_sum", THANOS, ["code"]),
    counter("thanos_receive_write_timeseries_sum", THANOS, ["code"]),
    counter("thanos_receive_head_series_limited_requests_total", THANOS),
    {
        ...counter("http_request_duration_seconds", THANOS, ["service", "handler"]),
        type: "histogram",
        where: 'handler=~"query|query_range|query-frontend|receive"',
    },
    gauge("thanos_compact_halted", "max", THANOS),
    counter("thanos_shipper_upload_failures_total", THANOS, ["service"]),
    gauge("thanos_objstore_bucket_last_successful_upload_time", "max", THANOS, ["service"]),
    counter("thanos_alert_sender_alerts_dropped_total", THANOS),
];

/** Besides these there is `heartbeat`: the time at which a cluster's rules were last evaluated. */
export const RECORDED_METRICS: readonly RecordedMetric[] = [
    ...REQUESTS,
    ...PROXIES,
    ...CONTROL_PLANE,
    ...SELF,
    ...SENDERS,
    ...SERVERS,
    ...CENTRAL,
];
