// SPDX-License-Identifier: Apache-2.0
import { clusterAlerts } from "../../metrics/clusterAlerts";
import { type AlertScenario, type Expected, type Firing, alertTest } from "./alertTests";
import type { RuleTest } from "./ruleTests";

/** A cluster in which there is everything. */
export const CLUSTER_GROUPS = clusterAlerts({
    cluster: "c1",
    isPrimary: true,
    remoteClusters: ["c2", "c3"],
    gateway: true,
    sends: true,
    thanosServices: ["thanos-query"],
    scrapeSeconds: 15,
    expiryDays: 14,
    tokenNoticeHours: 8,
    behindSeconds: 120,
});

const status = (cluster: string, state: string): string =>
    `istiod_remote_cluster_sync_status{remote_cluster="${cluster}", status="${state}"}`;
const sent = (pod: string): string =>
    `prometheus_remote_storage_queue_highest_sent_timestamp_seconds{pod="${pod}"}`;
const watchErrors = (cluster: string): string =>
    `controller_sync_errors_total{remote_cluster="${cluster}"}`;
const tokenExpiry = (cluster: string): string =>
    `istio_fleet_edge_token_expiry_timestamp_seconds{remote_cluster="${cluster}"}`;
const ROOT = "citadel_server_root_cert_expiry_timestamp";
const CHAIN = "citadel_server_cert_chain_expiry_timestamp";
const PROXY = 'istio_agent_cert_expiry_seconds{resource_name="default"}';
const GATEWAY = 'gateway_proxies_up{app="istio-eastwestgateway"}';
const FAILED = 'prometheus_remote_storage_samples_failed_total{pod="f-1"}';
const DROPPED = 'prometheus_remote_storage_samples_dropped_total{pod="f-0", reason="too_old"}';

const JOBS = [
    "istiod",
    "istio-proxy",
    "kubelet",
    "cadvisor",
    "prometheus-operator",
    "prometheus-collector",
    "prometheus-federation",
];
const up = (job: string): string => `scrape_targets_up{job="${job}"}`;
const QUERY_UP = 'scrape_targets_up{job="thanos", service="thanos-query"}';

/** As it should be, for 15 minutes from 900,000 s on: two istiods, two replicas that send. */
const GOOD: Readonly<Record<string, string>> = {
    [status("c2", "synced")]: "2x60",
    [status("c2", "timeout")]: "0x60",
    [status("c3", "synced")]: "2x60",
    [status("c3", "timeout")]: "0x60",
    [watchErrors("c2")]: "7x60",
    // In 10 h: 900,000 + 36,000.
    [tokenExpiry("c2")]: "936000x60",
    [tokenExpiry("c3")]: "936000x60",
    // In 20 days: 900,000 + 20 · 86,400.
    [ROOT]: "2628000x60",
    [CHAIN]: "2628000x60",
    [PROXY]: "43200x60",
    [GATEWAY]: "1x60",
    // What was sent 30 s ago.
    [sent("f-0")]: "899970+15x60",
    [sent("f-1")]: "899970+15x60",
    [FAILED]: "0x60",
    [DROPPED]: "0x60",
    // What relabeling drops is not lost.
    'prometheus_remote_storage_samples_dropped_total{pod="f-0", reason="dropped_series"}': "0+9x60",
    ...Object.fromEntries(JOBS.map((job) => [up(job), "1x60"])),
    [QUERY_UP]: "1x60",
};

const NAMES = [
    "RemoteClusterNotSynced",
    "RemoteClusterWatchFailing",
    "EdgeTokenNearExpiry",
    "CertificateNearExpiry",
    "GatewayWithoutEndpoints",
    "RemoteWriteBehind",
    "RemoteWriteFailing",
    "TargetsDown",
];

/** These series otherwise, or not at all; of the other alerts none fires. */
function but(
    name: string,
    changes: Readonly<Record<string, string | undefined>>,
    expected: readonly Expected[],
): AlertScenario {
    const changed = Object.entries({ ...GOOD, ...changes });
    const named = expected.map(([alert]) => alert);
    const others = NAMES.filter((alert) => !named.includes(alert));
    return {
        name,
        interval: "15s",
        series: Object.fromEntries(
            changed.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
        ),
        expected: [...expected, ...others.map((alert): Expected => [alert, "10m", []])],
    };
}

const firing = (severity: string, labels: Readonly<Record<string, string>> = {}): Firing => ({
    labels: { severity, ...labels },
});

const SCENARIOS: readonly AlertScenario[] = [
    but("all is well", {}, []),
    but(
        "one of two istiods has not synced with c2, and none knows of c3",
        {
            [status("c2", "synced")]: "1x60",
            [status("c2", "timeout")]: "1x60",
            [status("c3", "synced")]: undefined,
            [status("c3", "timeout")]: undefined,
        },
        [
            ["RemoteClusterNotSynced", "45s", []],
            [
                "RemoteClusterNotSynced",
                "1m",
                [
                    firing("critical", { remote_cluster: "c2" }),
                    firing("critical", { remote_cluster: "c3" }),
                ],
            ],
        ],
    ),
    but(
        "both istiods have taken another remote secret of c2, and closed the watches by the old one",
        { [status("c2", "synced")]: "0x60", [status("c2", "closed")]: "2x60" },
        [],
    ),
    but(
        // An increase until 270 s of what came at 150 s: for less than three minutes.
        "the API server of c2 restarts at 150 s",
        { [watchErrors("c2")]: "7x9 19x50" },
        [["RemoteClusterWatchFailing", "4m30s", []]],
    ),
    but(
        "c2 and c3 no longer accept the tokens from 150 s on",
        { [watchErrors("c2")]: "7x9 8+1x50", [watchErrors("c3")]: "0x9 1+1x50" },
        [
            ["RemoteClusterWatchFailing", "5m15s", []],
            [
                "RemoteClusterWatchFailing",
                "5m30s",
                [
                    firing("critical", { remote_cluster: "c2" }),
                    firing("critical", { remote_cluster: "c3" }),
                ],
            ],
        ],
    ),
    but(
        "of the token for c2 it is not known when it expires, and that for c3 does within 8 h",
        {
            [tokenExpiry("c2")]: undefined,
            // 900,000 + 300 + 8 · 3600 - 1.
            [tokenExpiry("c3")]: "929099x60",
        },
        [
            ["EdgeTokenNearExpiry", "5m45s", [firing("warning", { remote_cluster: "c2" })]],
            [
                "EdgeTokenNearExpiry",
                "6m",
                [
                    firing("warning", { remote_cluster: "c2" }),
                    firing("warning", { remote_cluster: "c3" }),
                ],
            ],
        ],
    ),
    but(
        "certificates expire, of the intermediate it is not known when",
        {
            // 900,000 + 600 + 14 · 86,400 - 1: less than 14 days are left from 10 min on.
            [ROOT]: "2110199x60",
            [CHAIN]: undefined,
            // Less than 6 h from scrape 21 on, at 315 s: fires at 375 s.
            [PROXY]: "21600x20 21599x39",
        },
        [
            ["CertificateNearExpiry", "45s", []],
            ["CertificateNearExpiry", "6m", [firing("warning", { certificate: "intermediate" })]],
            [
                "CertificateNearExpiry",
                "10m45s",
                [
                    firing("warning", { certificate: "intermediate" }),
                    firing("critical", { certificate: "proxy" }),
                ],
            ],
            [
                "CertificateNearExpiry",
                "11m",
                [
                    firing("warning", { certificate: "root" }),
                    firing("warning", { certificate: "intermediate" }),
                    firing("critical", { certificate: "proxy" }),
                ],
            ],
        ],
    ),
    but("the gateway's only proxy goes down at 75 s", { [GATEWAY]: "1x4 0x55" }, [
        ["GatewayWithoutEndpoints", "2m", []],
        ["GatewayWithoutEndpoints", "2m15s", [firing("critical")]],
    ]),
    but(
        // More than 120 + 3 · 15 = 165 s ago from 210 s on.
        "one replica sends nothing newer than 900,030",
        { [sent("f-0")]: "899970+15x4 900030x55" },
        [
            ["RemoteWriteBehind", "4m15s", []],
            ["RemoteWriteBehind", "4m30s", [firing("warning", { pod: "f-0" })]],
        ],
    ),
    but(
        "one replica's samples are refused at 135 s, the other's grow too old at 10 min",
        { [FAILED]: "0x8 500x51", [DROPPED]: "0x39 3x20" },
        [
            ["RemoteWriteFailing", "2m", []],
            ["RemoteWriteFailing", "2m15s", [firing("critical", { pod: "f-1" })]],
            // Five minutes later it is over: the samples in (180, 480] s are all 500.
            ["RemoteWriteFailing", "8m", []],
            ["RemoteWriteFailing", "10m", [firing("critical", { pod: "f-0" })]],
        ],
    ),
    but(
        "no istiod is up, and there is no Query",
        { [up("istiod")]: "0x60", [QUERY_UP]: undefined },
        [
            ["TargetsDown", "45s", []],
            [
                "TargetsDown",
                "1m",
                [
                    firing("warning", { job: "istiod" }),
                    firing("warning", { job: "thanos", service: "thanos-query" }),
                ],
            ],
        ],
    ),
    {
        name: "there is nothing at all",
        interval: "15s",
        series: { unrelated: "1x60" },
        expected: [
            [
                "RemoteClusterNotSynced",
                "1m",
                ["c2", "c3"].map((remote) => firing("critical", { remote_cluster: remote })),
            ],
            ["RemoteClusterWatchFailing", "10m", []],
            [
                "EdgeTokenNearExpiry",
                "1m",
                ["c2", "c3"].map((remote) => firing("warning", { remote_cluster: remote })),
            ],
            [
                "CertificateNearExpiry",
                "1m",
                [
                    firing("warning", { certificate: "root" }),
                    firing("warning", { certificate: "intermediate" }),
                    firing("critical", { certificate: "proxy" }),
                ],
            ],
            ["GatewayWithoutEndpoints", "1m", [firing("critical")]],
            ["RemoteWriteBehind", "1m", [firing("warning")]],
            ["RemoteWriteFailing", "1m", []],
            [
                "TargetsDown",
                "1m",
                [
                    ...JOBS.map((job) => firing("warning", { job })),
                    firing("warning", { job: "thanos", service: "thanos-query" }),
                ],
            ],
        ],
    },
];

export const CLUSTER_ALERT_TESTS: readonly RuleTest[] = SCENARIOS.map((scenario) =>
    alertTest(CLUSTER_GROUPS, scenario),
);
