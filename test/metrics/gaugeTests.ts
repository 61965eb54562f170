// SPDX-License-Identifier: Apache-2.0
import { type RuleTest, START, inputs, values } from "./ruleTests";

const P = 'instance="10.0.0.1:15020", pod="web-1", container="istio-proxy", namespace="shop"';
const Q = 'instance="10.0.0.2:15020", pod="web-2", container="istio-proxy", namespace="shop"';

const test = (
    name: string,
    input: Readonly<Record<string, string>>,
    expected: Readonly<Record<string, Readonly<Record<string, number>>>>,
): RuleTest => ({
    name,
    interval: "15s",
    start_timestamp: START,
    input_series: inputs(input),
    promql_expr_test: values("30s", expected),
});

/** Every gauge, 30 s after the start. Two istiods, or two of whatever has replicas, at least. */
export const GAUGE_TESTS: readonly RuleTest[] = [
    test(
        "the heartbeat is the time of the evaluation",
        { up: "1x2" },
        // 900,000 + 30.
        { "federate:heartbeat": { "federate:heartbeat": 900_030 } },
    ),
    test(
        "of certificates the one that expires first, by resource",
        {
            [`istio_agent_cert_expiry_seconds{job="istio-proxy", ${P}, resource_name="default"}`]:
                "80000x2",
            [`istio_agent_cert_expiry_seconds{job="istio-proxy", ${Q}, resource_name="default"}`]:
                "43200x2",
            [`istio_agent_cert_expiry_seconds{job="else", ${P}, resource_name="default"}`]: "1x2",
        },
        {
            "federate:istio_agent_cert_expiry_seconds": {
                'federate:istio_agent_cert_expiry_seconds{resource_name="default"}': 43_200,
            },
        },
    ),
    test(
        "gateways that are up, and targets with those that are up",
        {
            'up{job="istio-proxy", instance="10.0.0.1:15020", app="istio-eastwestgateway"}': "1x2",
            'up{job="istio-proxy", instance="10.0.0.2:15020", app="istio-eastwestgateway"}': "0x2",
            'up{job="istio-proxy", instance="10.0.0.3:15020", app="web"}': "1x2",
            'up{job="thanos", instance="10.0.0.4:10902", service="thanos-query"}': "1x2",
            'up{job="thanos", instance="10.0.0.5:10902", service="thanos-store"}': "0x2",
        },
        {
            "federate:gateway_proxies_up": {
                'federate:gateway_proxies_up{app="istio-eastwestgateway"}': 1,
            },
            "federate:scrape_targets": {
                'federate:scrape_targets{job="istio-proxy"}': 3,
                'federate:scrape_targets{job="thanos", service="thanos-query"}': 1,
                'federate:scrape_targets{job="thanos", service="thanos-store"}': 1,
            },
            "federate:scrape_targets_up": {
                'federate:scrape_targets_up{job="istio-proxy"}': 2,
                'federate:scrape_targets_up{job="thanos", service="thanos-query"}': 1,
                'federate:scrape_targets_up{job="thanos", service="thanos-store"}': 0,
            },
        },
    ),
    test(
        "two istiods serve their own proxies, and know the same services and clusters",
        {
            'istio_build{job="istiod", pod="istiod-1", component="pilot", tag="1.31.1"}': "1x2",
            'istio_build{job="istiod", pod="istiod-2", component="pilot", tag="1.31.1"}': "1x2",
            'pilot_xds{job="istiod", pod="istiod-1", version="1.31.1"}': "4x2",
            'pilot_xds{job="istiod", pod="istiod-2", version="1.31.1"}': "3x2",
            'pilot_xds{job="istiod", pod="istiod-2", version="1.30.3"}': "2x2",
            'pilot_services{job="istiod", pod="istiod-1"}': "12x2",
            'pilot_services{job="istiod", pod="istiod-2"}': "11x2",
            'pilot_endpoint_not_ready{job="istiod", pod="istiod-1"}': "1x2",
            'pilot_endpoint_not_ready{job="istiod", pod="istiod-2"}': "0x2",
            'istiod_managed_clusters{job="istiod", pod="istiod-1", cluster_type="local"}': "1x2",
            'istiod_managed_clusters{job="istiod", pod="istiod-2", cluster_type="local"}': "1x2",
            'istiod_managed_clusters{job="istiod", pod="istiod-1", cluster_type="remote"}': "3x2",
        },
        {
            "federate:istio_build": {
                'federate:istio_build{component="pilot", tag="1.31.1"}': 2,
            },
            "federate:pilot_xds": {
                'federate:pilot_xds{version="1.31.1"}': 7,
                'federate:pilot_xds{version="1.30.3"}': 2,
            },
            "federate:pilot_services": { "federate:pilot_services": 12 },
            "federate:pilot_endpoint_not_ready": { "federate:pilot_endpoint_not_ready": 1 },
            "federate:istiod_managed_clusters": {
                'federate:istiod_managed_clusters{cluster_type="local"}': 1,
                'federate:istiod_managed_clusters{cluster_type="remote"}': 3,
            },
        },
    ),
    test(
        "what istiod calls cluster is the remote one: the label is the collector's to give",
        {
            'istiod_remote_cluster_sync_status{job="istiod", pod="istiod-1", cluster="c2", cluster_type="remote", status="synced"}':
                "1x2",
            'istiod_remote_cluster_sync_status{job="istiod", pod="istiod-2", cluster="c2", cluster_type="remote", status="synced"}':
                "1x2",
            'istiod_remote_cluster_sync_status{job="istiod", pod="istiod-1", cluster="c3", cluster_type="remote", status="timeout"}':
                "1x2",
        },
        {
            "federate:istiod_remote_cluster_sync_status": {
                'federate:istiod_remote_cluster_sync_status{remote_cluster="c2", status="synced"}': 2,
                'federate:istiod_remote_cluster_sync_status{remote_cluster="c3", status="timeout"}': 1,
            },
        },
    ),
    test(
        "of two istiods' CA certificates the one that expires first",
        {
            'citadel_server_root_cert_expiry_timestamp{job="istiod", pod="istiod-1"}': "3000000x2",
            'citadel_server_root_cert_expiry_timestamp{job="istiod", pod="istiod-2"}': "2000000x2",
            'citadel_server_cert_chain_expiry_timestamp{job="istiod", pod="istiod-1"}': "1500000x2",
            'citadel_server_cert_chain_expiry_timestamp{job="istiod", pod="istiod-2"}': "1600000x2",
        },
        {
            "federate:citadel_server_root_cert_expiry_timestamp": {
                "federate:citadel_server_root_cert_expiry_timestamp": 2_000_000,
            },
            "federate:citadel_server_cert_chain_expiry_timestamp": {
                "federate:citadel_server_cert_chain_expiry_timestamp": 1_500_000,
            },
        },
    ),
    test(
        "memory by component and by container, of ours only",
        {
            'process_resident_memory_bytes{job="thanos", service="thanos-query", pod="q-1"}': "5x2",
            'process_resident_memory_bytes{job="thanos", service="thanos-query", pod="q-2"}': "6x2",
            'process_resident_memory_bytes{job="kubelet"}': "100x2",
            'container_memory_working_set_bytes{job="cadvisor", namespace="istio-system", pod="istiod-1", container="discovery"}':
                "40x2",
            'container_memory_working_set_bytes{job="cadvisor", namespace="istio-system", pod="istiod-2", container="discovery"}':
                "50x2",
            'container_memory_working_set_bytes{job="cadvisor", namespace="istio-system", pod="istiod-2", container=""}':
                "51x2",
            'container_memory_working_set_bytes{job="cadvisor", namespace="shop", pod="web-1", container="web"}':
                "60x2",
        },
        {
            "federate:process_resident_memory_bytes": {
                'federate:process_resident_memory_bytes{job="thanos", service="thanos-query"}': 11,
            },
            "federate:container_memory_working_set_bytes": {
                'federate:container_memory_working_set_bytes{namespace="istio-system", container="discovery"}': 90,
            },
        },
    ),
    test(
        "MetalLB's addresses by pool",
        {
            'metallb_allocator_addresses_in_use_total{job="metallb", pod="controller-1", pool="c1"}':
                "3x2",
            'metallb_allocator_addresses_total{job="metallb", pod="controller-1", pool="c1"}':
                "14x2",
        },
        {
            "federate:metallb_allocator_addresses_in_use_total": {
                'federate:metallb_allocator_addresses_in_use_total{pool="c1"}': 3,
            },
            "federate:metallb_allocator_addresses_total": {
                'federate:metallb_allocator_addresses_total{pool="c1"}': 14,
            },
        },
    ),
    test(
        "remote write by replica",
        Object.fromEntries(
            ["samples_pending", "shards", "queue_highest_timestamp_seconds"]
                .concat("queue_highest_sent_timestamp_seconds")
                .flatMap((name, i) => [
                    [
                        remoteStorage(name, 'job="prometheus-federation", pod="f-0"'),
                        `${String(i)}x2`,
                    ],
                    [
                        remoteStorage(name, 'job="prometheus-federation", pod="f-1"'),
                        `${String(i + 10)}x2`,
                    ],
                    // Not what else writes remotely.
                    [remoteStorage(name, 'job="prometheus-collector", pod="c-0"'), "99x2"],
                ]),
        ),
        {
            "federate:prometheus_remote_storage_samples_pending": {
                'federate:prometheus_remote_storage_samples_pending{pod="f-0"}': 0,
                'federate:prometheus_remote_storage_samples_pending{pod="f-1"}': 10,
            },
            "federate:prometheus_remote_storage_shards": {
                'federate:prometheus_remote_storage_shards{pod="f-0"}': 1,
                'federate:prometheus_remote_storage_shards{pod="f-1"}': 11,
            },
            "federate:prometheus_remote_storage_queue_highest_timestamp_seconds": {
                'federate:prometheus_remote_storage_queue_highest_timestamp_seconds{pod="f-0"}': 2,
                'federate:prometheus_remote_storage_queue_highest_timestamp_seconds{pod="f-1"}': 12,
            },
            "federate:prometheus_remote_storage_queue_highest_sent_timestamp_seconds": {
                'federate:prometheus_remote_storage_queue_highest_sent_timestamp_seconds{pod="f-0"}': 3,
                'federate:prometheus_remote_storage_queue_highest_sent_timestamp_seconds{pod="f-1"}': 13,
            },
        },
    ),
    test(
        "series of every TSDB, the compactor, the last upload of each component",
        {
            'prometheus_tsdb_head_series{job="prometheus-collector", service="prometheus-collector", pod="c-0"}':
                "9000x2",
            'prometheus_tsdb_head_series{job="thanos", service="thanos-receive", pod="r-0", tenant="a"}':
                "100x2",
            'prometheus_tsdb_head_series{job="thanos", service="thanos-receive", pod="r-0", tenant="b"}':
                "20x2",
            'thanos_compact_halted{job="thanos", service="thanos-compact", pod="k-0"}': "1x2",
            'thanos_objstore_bucket_last_successful_upload_time{job="thanos", service="thanos-receive", pod="r-0", bucket="b"}':
                "900000x2",
            'thanos_objstore_bucket_last_successful_upload_time{job="thanos", service="thanos-receive", pod="r-1", bucket="b"}':
                "900010x2",
        },
        {
            "federate:prometheus_tsdb_head_series": {
                'federate:prometheus_tsdb_head_series{job="prometheus-collector", service="prometheus-collector", pod="c-0"}': 9000,
                'federate:prometheus_tsdb_head_series{job="thanos", service="thanos-receive", pod="r-0"}': 120,
            },
            "federate:thanos_compact_halted": { "federate:thanos_compact_halted": 1 },
            "federate:thanos_objstore_bucket_last_successful_upload_time": {
                'federate:thanos_objstore_bucket_last_successful_upload_time{service="thanos-receive"}': 900_010,
            },
        },
    ),
];

function remoteStorage(name: string, labels: string): string {
    return `prometheus_remote_storage_${name}{${labels}, remote_name="thanos", url="http://thanos-receive"}`;
}
