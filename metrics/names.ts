// SPDX-License-Identifier: Apache-2.0

/**
 * Names that the parts of the metrics path know each other by: jobs, services, ports and labels. The
 * path: proxies and control planes -> collector -> recording rules -> federation -> remote write
 * through the mesh -> Thanos Receive -> Query -> Query Frontend.
 */

/** The Prometheus that scrapes everything in its cluster; its name as a custom resource. */
export const COLLECTOR = "collector";
/** The Prometheus that keeps a cluster's aggregates and sends them; its name as a custom resource. */
export const FEDERATION = "federation";

/** Service of the collector, port 9090. */
export const COLLECTOR_SERVICE = "prometheus-collector";
/** Headless Service of the federation's replicas, port 9090. */
export const FEDERATION_SERVICE = "prometheus-federation";
/** Service that remote write goes to, in every cluster that sends; endpoints only in the central one. */
export const RECEIVE_SERVICE = "thanos-receive";
export const QUERY_SERVICE = "thanos-query";
/** What people and dashboards ask, port 9090 as a Prometheus has it. */
export const QUERY_FRONTEND_SERVICE = "thanos-query-frontend";
export const RULER = "thanos-ruler";
export const STORE_GATEWAY = "thanos-store";
export const COMPACTOR = "thanos-compact";

export const PROMETHEUS_PORT = 9090;
/** Port of remote write. */
export const REMOTE_WRITE_PORT = 19291;
/** Port of Thanos' gRPC StoreAPI. */
export const STORE_PORT = 10901;
/** Port of every Thanos component's HTTP. */
export const THANOS_HTTP_PORT = 10902;

/** External label: the cluster that a series was measured in. */
export const CLUSTER_LABEL = "cluster";
/** External label: the federation's replica. Query takes replicas for one. */
export const REPLICA_LABEL = "prometheus_replica";
/** External label: the replica of Receive. */
export const RECEIVE_REPLICA_LABEL = "receive_replica";

/** Label `job` of what the collector scrapes. */
export const JOBS = {
    /** istiod, port 15014. */
    istiod: "istiod",
    /** Every sidecar and gateway, merged with its agent's and application's, port 15020. */
    proxy: "istio-proxy",
    metallb: "metallb",
    kubelet: "kubelet",
    cadvisor: "cadvisor",
    operator: "prometheus-operator",
    collector: "prometheus-collector",
    federation: "prometheus-federation",
    /** Every Thanos component: label `service` tells which. */
    thanos: "thanos",
} as const;

/** Prefix of what recording rules of the collector give to the federation, which takes it off. */
export const FEDERATE_PREFIX = "federate:";

/** Service account that a cluster's federation runs as: a principal of its own for each cluster. */
export function senderAccount(cluster: string): string {
    return `prometheus-federation-${cluster}`;
}

/** When the token of an edge expires, in seconds since 1970, by label remote_cluster. */
export const EDGE_TOKEN_EXPIRY = "istio_fleet_edge_token_expiry_timestamp_seconds";
