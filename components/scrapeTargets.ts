// SPDX-License-Identifier: Apache-2.0
import type { Relabeling } from "../bundle";
import {
    COLLECTOR,
    COLLECTOR_SERVICE,
    FEDERATION,
    FEDERATION_SERVICE,
    JOBS,
} from "../metrics/names";
import { ISTIO_NAMESPACE, METALLB_NAMESPACE } from "../plan/namespaces";
import type * as k8s from "./kubernetes";
import { MONITORING_API, PROMETHEUS_LABEL, metadataOf } from "./prometheus";

/** What the collector scrapes by Prometheus Operator's monitors. */
export function scrapeTargets(proxyRelabelings: readonly Relabeling[]): k8s.CustomResourceArgs[] {
    return [
        istiodMonitor(),
        proxyMonitor(proxyRelabelings),
        serviceMonitor("operator", {
            selector: { matchLabels: { "app.kubernetes.io/name": JOBS.operator } },
            endpoints: [{ port: "http", ...job(JOBS.operator) }],
        }),
        prometheusMonitor(COLLECTOR, COLLECTOR_SERVICE, JOBS.collector),
        prometheusMonitor(FEDERATION, FEDERATION_SERVICE, JOBS.federation),
        serviceMonitor("thanos", {
            selector: { matchLabels: { "app.kubernetes.io/part-of": "thanos" } },
            endpoints: [{ port: "http", ...job(JOBS.thanos) }],
        }),
    ];
}

const job = (name: string) => ({ relabelings: [{ targetLabel: "job", replacement: name }] });

function serviceMonitor(
    name: string,
    spec: Readonly<Record<string, unknown>>,
): k8s.CustomResourceArgs {
    return {
        apiVersion: MONITORING_API,
        kind: "ServiceMonitor",
        metadata: metadataOf(COLLECTOR, name),
        spec,
    };
}

function prometheusMonitor(
    prometheus: string,
    service: string,
    jobName: string,
): k8s.CustomResourceArgs {
    return serviceMonitor(service, {
        selector: { matchLabels: { [PROMETHEUS_LABEL]: prometheus } },
        endpoints: [{ port: "http-web", ...job(jobName) }],
    });
}

function istiodMonitor(): k8s.CustomResourceArgs {
    return serviceMonitor("istiod", {
        namespaceSelector: { matchNames: [ISTIO_NAMESPACE] },
        selector: { matchLabels: { app: "istiod", istio: "pilot" } },
        endpoints: [{ port: "http-monitoring", ...job(JOBS.istiod) }],
    });
}

/** Istio's own statistics, the age of certificates, and whether Envoy lives: what rules make use of. */
const OF_PROXIES = "istio_.+|envoy_server_(live|memory_allocated|uptime)";

/**
 * Every pod with a proxy, sidecar or gateway: whatever the injector touched has the label. The agent
 * serves its own metrics with Envoy's on another port than the one that the container names.
 */
function proxyMonitor(relabelings: readonly Relabeling[]): k8s.CustomResourceArgs {
    return {
        apiVersion: MONITORING_API,
        kind: "PodMonitor",
        metadata: metadataOf(COLLECTOR, JOBS.proxy),
        spec: {
            namespaceSelector: { any: true },
            selector: {
                matchExpressions: [{ key: "service.istio.io/canonical-name", operator: "Exists" }],
            },
            podTargetLabels: ["app"],
            podMetricsEndpoints: [
                {
                    port: "http-envoy-prom",
                    path: "/stats/prometheus",
                    relabelings: [
                        { targetLabel: "job", replacement: JOBS.proxy },
                        {
                            sourceLabels: ["__address__"],
                            regex: "(.+):15090",
                            targetLabel: "__address__",
                            replacement: "$1:15020",
                        },
                    ],
                    metricRelabelings: [
                        ...relabelings,
                        { sourceLabels: ["__name__"], regex: OF_PROXIES, action: "keep" },
                    ],
                },
            ],
        },
    };
}

const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Who reads has to say who it is; kubelets and MetalLB have certificates that they signed themselves. */
const AUTHENTICATED = {
    scheme: "https",
    authorization: { type: "Bearer", credentials_file: `${SERVICE_ACCOUNT}/token` },
    tls_config: { insecure_skip_verify: true },
};

/**
 * Prometheus' own scrape configs for what asks for the token of the service account: monitors can
 * only name a token in a Secret, which would be one that does not expire.
 */
export function nodeScrapeConfigs(): Readonly<Record<string, unknown>>[] {
    const nodes = {
        ...AUTHENTICATED,
        kubernetes_sd_configs: [{ role: "node" }],
        relabel_configs: [{ source_labels: ["__meta_kubernetes_node_name"], target_label: "node" }],
    };
    return [
        {
            ...nodes,
            job_name: JOBS.kubelet,
            metric_relabel_configs: [
                keep("kubelet_(node_name|running_(pods|containers)|volume_stats_.+)|up"),
            ],
        },
        {
            ...nodes,
            job_name: JOBS.cadvisor,
            metrics_path: "/metrics/cadvisor",
            metric_relabel_configs: [
                keep("container_(memory_working_set_bytes|cpu_usage_seconds_total)"),
                // Not the sums that a pod's and the node's own control groups repeat.
                { source_labels: ["container"], regex: "|POD", action: "drop" },
            ],
        },
        {
            ...AUTHENTICATED,
            job_name: JOBS.metallb,
            kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [METALLB_NAMESPACE] } }],
            relabel_configs: [
                {
                    source_labels: ["__meta_kubernetes_pod_container_port_name"],
                    regex: "metricshttps",
                    action: "keep",
                },
                { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
                { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
            ],
            metric_relabel_configs: [keep("metallb_.+|process_(cpu|resident|start).+")],
        },
    ];
}

function keep(regex: string) {
    return { source_labels: ["__name__"], regex, action: "keep" };
}
