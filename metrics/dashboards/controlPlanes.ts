// SPDX-License-Identifier: Apache-2.0
import { JOBS } from "../names";
import { ISTIO_NAMESPACE } from "../../plan/namespaces";
import type { Board, DashboardArgs, Row } from "./board";
import { ALONG, orZero, sumOfRate } from "./promql";
import { badBelow } from "./thresholds";

const CHOSEN = 'cluster=~"$cluster"';
const DAY = 86_400;
/** What every istiod has from its start on. */
const ISTIOD = `pilot_xds{${CHOSEN}}`;

const proxies: Row = {
    title: "Proxies and their configuration",
    height: 8,
    panels: [
        {
            kind: "lines",
            title: "Proxies connected",
            description: "Sidecars and gateways that have a stream to their istiod.",
            width: 8,
            unit: "none",
            stacked: true,
            queries: [{ expr: `sum by (cluster) (${ISTIOD})`, legend: "{{cluster}}" }],
        },
        {
            kind: "lines",
            title: "Gateways up",
            description: "Proxies of gateways that the collector can scrape.",
            width: 8,
            unit: "none",
            queries: [
                {
                    expr: `sum by (cluster, app) (gateway_proxies_up{${CHOSEN}})`,
                    legend: "{{cluster}} {{app}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Convergence p99",
            description:
                "From a change to the last proxy that has it. Gaps are times without a change; over 1 s istiod is slow.",
            width: 8,
            unit: "s",
            softMax: 1,
            queries: [
                {
                    expr: `histogram_quantile(0.99, ${sumOfRate("pilot_proxy_convergence_time_bucket", ["cluster", "le"], [CHOSEN], ALONG)}) > 0`,
                    legend: "{{cluster}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Pushes",
            description: "Configurations sent to proxies, by type. Types that end in err failed.",
            width: 8,
            unit: "cps",
            queries: [
                {
                    expr: sumOfRate("pilot_xds_pushes", ["cluster", "type"], [CHOSEN], ALONG),
                    legend: "{{cluster}} {{type}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Rejected by proxies",
            description: "Anything but 0 is a configuration that some proxy runs without.",
            width: 8,
            unit: "cps",
            queries: [
                {
                    expr: orZero(
                        sumOfRate("pilot_total_xds_rejects", ["cluster", "type"], [CHOSEN], ALONG),
                        ISTIOD,
                    ),
                    legend: "{{cluster}} {{type}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Services and endpoints",
            description: "What each istiod knows, of all clusters that it reads.",
            width: 8,
            unit: "none",
            queries: [
                {
                    expr: `max by (cluster) (pilot_services{${CHOSEN}})`,
                    legend: "{{cluster}} services",
                },
                {
                    expr: orZero(`max by (cluster) (pilot_endpoint_not_ready{${CHOSEN}})`, ISTIOD),
                    legend: "{{cluster}} endpoints not ready",
                },
            ],
        },
    ],
};

const clusters: Row = {
    title: "Clusters that they read, and certificates",
    height: 8,
    panels: [
        {
            kind: "table",
            title: "Remote clusters",
            description: "In what state the reading of another cluster is, by number of istiods.",
            width: 8,
            unit: "none",
            labels: { cluster: "Control plane", remote_cluster: "Reads", status: "State" },
            overrides: [colourOfState()],
            queries: [
                {
                    legend: "istiods",
                    expr: `sum by (cluster, remote_cluster, status) (istiod_remote_cluster_sync_status{${CHOSEN}}) > 0`,
                    needs: "remote",
                },
            ],
        },
        {
            kind: "lines",
            title: "Remote clusters not synced",
            description: "Endpoints there are unknown, or those of the last time that it was.",
            width: 8,
            unit: "none",
            queries: [
                {
                    expr: orZero(
                        `sum by (cluster) (istiod_remote_cluster_sync_status{${CHOSEN},status=~"syncing|timeout"})`,
                        ISTIOD,
                    ),
                    legend: "{{cluster}}",
                },
                {
                    expr: orZero(
                        sumOfRate(
                            "remote_cluster_sync_timeouts_total",
                            ["cluster"],
                            [CHOSEN],
                            ALONG,
                        ),
                        ISTIOD,
                    ),
                    legend: "{{cluster}} timeouts/s",
                },
            ],
        },
        {
            kind: "table",
            title: "Days left of certificates",
            description: "Of the mesh's root and of the cluster's own authority.",
            width: 8,
            unit: "d",
            decimals: 1,
            thresholds: badBelow(7, 30),
            labels: { cluster: "Cluster" },
            queries: [
                { legend: "Root", expr: daysLeft("citadel_server_root_cert_expiry_timestamp") },
                {
                    legend: "Cluster's",
                    expr: daysLeft("citadel_server_cert_chain_expiry_timestamp"),
                },
            ],
        },
    ],
};

const cost: Row = {
    title: "Versions, memory and CPU",
    height: 8,
    panels: [
        {
            kind: "table",
            title: "Versions",
            description: "Of istiod, by number of pods.",
            width: 6,
            unit: "none",
            labels: { cluster: "Cluster", component: "Component", tag: "Version" },
            queries: [
                {
                    legend: "Pods",
                    expr: `sum by (cluster, component, tag) (istio_build{${CHOSEN}})`,
                },
            ],
        },
        {
            kind: "lines",
            title: "Shortest life of a workload's certificate",
            description: "Agents renew when half of it is over: it never comes near 0.",
            width: 6,
            unit: "s",
            queries: [
                {
                    expr: `min by (cluster, resource_name) (istio_agent_cert_expiry_seconds{${CHOSEN}})`,
                    legend: "{{cluster}} {{resource_name}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "Memory",
            description: `Working sets in namespace ${ISTIO_NAMESPACE}.`,
            width: 6,
            unit: "bytes",
            queries: [
                {
                    expr: `sum by (cluster, container) (container_memory_working_set_bytes{${CHOSEN},namespace="${ISTIO_NAMESPACE}"})`,
                    legend: "{{cluster}} {{container}}",
                },
            ],
        },
        {
            kind: "lines",
            title: "CPU of istiod",
            description: "In cores.",
            width: 6,
            unit: "none",
            decimals: 3,
            queries: [
                {
                    expr: sumOfRate(
                        "process_cpu_seconds_total",
                        ["cluster"],
                        [CHOSEN, `job="${JOBS.istiod}"`],
                        ALONG,
                    ),
                    legend: "{{cluster}}",
                },
            ],
        },
    ],
};

function daysLeft(timestamp: string): string {
    return `(min by (cluster) (${timestamp}{${CHOSEN}}) - time()) / ${String(DAY)}`;
}

/** Green where it is synced, red where it is anything else. */
function colourOfState() {
    return {
        matcher: { id: "byName", options: "State" },
        properties: [
            { id: "custom.cellOptions", value: { type: "color-background", mode: "basic" } },
            {
                id: "mappings",
                value: [
                    { type: "value", options: { synced: { color: "green", index: 0 } } },
                    {
                        type: "regex",
                        options: { pattern: ".+", result: { color: "red", index: 1 } },
                    },
                ],
            },
        ],
    };
}

/** The istiods: what they serve, what they read, how long their certificates last. */
export function controlPlanes({ scrapeSeconds }: DashboardArgs): Board {
    return {
        uid: "istio-fleet-control-planes",
        title: "Istio fleet / Control planes",
        description: "Every istiod of the fleet.",
        scrapeSeconds,
        variables: [{ name: "cluster", title: "Cluster", label: "cluster", of: "pilot_xds" }],
        rows: [proxies, clusters, cost],
    };
}
