// SPDX-License-Identifier: Apache-2.0
import { EDGE_TOKEN_EXPIRY, JOBS } from "./names";
import { type AlertRule, type RuleGroup, type Severity, plain, quoted } from "./rule";

/** What is planned for a cluster, and so must be there. */
export interface ClusterAlertsArgs {
    readonly cluster: string;
    /** Whether it has an istiod of its own. */
    readonly isPrimary: boolean;
    /** The clusters whose services its istiod watches. */
    readonly remoteClusters: readonly string[];
    /** Whether it has an east-west gateway. */
    readonly gateway: boolean;
    /** Whether it writes to the central cluster. */
    readonly sends: boolean;
    /** Services of the Thanos components that run in it. Defaults to none. */
    readonly thanosServices?: readonly string[];
    /** Interval of scrapes, rules and federation, in seconds. */
    readonly scrapeSeconds: number;
    /** A CA certificate with less than these days left is near its expiry. */
    readonly expiryDays: number;
    /** A token of an edge with less than these hours left is near its expiry; undefined where none expires. */
    readonly tokenNoticeHours?: number | undefined;
    /** Remote write is behind when it has not caught up for these seconds. */
    readonly behindSeconds: number;
}

/**
 * The alerts of one cluster, for its federation. They follow the plan, so that what is missing
 * fires like what is wrong: an expression that selects nothing would be silent.
 */
export function clusterAlerts(args: ClusterAlertsArgs): RuleGroup[] {
    const rules = [
        ...(args.isPrimary ? args.remoteClusters.flatMap((remote) => ofEdge(args, remote)) : []),
        ...certificates(args),
        ...(args.gateway ? [gatewayWithoutEndpoints(args)] : []),
        ...(args.sends ? [remoteWriteBehind(args), remoteWriteFailing(args)] : []),
        ...targetsDown(args),
    ];
    return [{ name: "istio-fleet-cluster", interval: `${String(args.scrapeSeconds)}s`, rules }];
}

/** Long enough for a restart of what is asked. */
const FOR = "1m";

const labels = (severity: Severity, others: Readonly<Record<string, string>> = {}) => ({
    severity,
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, plain(value)])),
});

const annotations = ({ cluster }: ClusterAlertsArgs, summary: string, description: string) => ({
    summary: plain(`${cluster}: ${summary}`),
    description: plain(description),
});

/** What the sum of a metric is, 0 if there is none. */
const sumOf = (series: string): string => `(sum(${series}) or vector(0))`;

function ofEdge(args: ClusterAlertsArgs, remote: string): AlertRule[] {
    return [notSynced(args, remote), watchFailing(args, remote), ...tokenNearExpiry(args, remote)];
}

function notSynced(args: ClusterAlertsArgs, remote: string): AlertRule {
    const status = (states: string): string =>
        sumOf(`istiod_remote_cluster_sync_status{remote_cluster=${quoted(remote)}, ${states}}`);
    return {
        alert: "RemoteClusterNotSynced",
        // With several istiods, each of them must have synced. When a remote secret changes, the watch
        // by the old one ends last, as "closed", and that is what stays.
        expr: `${status('status=~"synced|closed"')} < 1 or ${status('status=~"syncing|timeout"')} > 0`,
        for: FOR,
        labels: labels("critical", { remote_cluster: remote }),
        annotations: annotations(
            args,
            `istiod has not synced with cluster ${remote}.`,
            `Its proxies do not learn of endpoints in ${remote}. See whether istiod reaches the API ` +
                "server there, and whether the token of its remote secret is still valid.",
        ),
    };
}

/** Longer than an API server takes to restart, and shorter than anything that stays wrong. */
const WATCH_FOR = "3m";

/** istiod calls a cluster synced for ever once it was: of a token that ends, only its watches tell. */
function watchFailing(args: ClusterAlertsArgs, remote: string): AlertRule {
    const series = `controller_sync_errors_total{remote_cluster=${quoted(remote)}}`;
    return {
        alert: "RemoteClusterWatchFailing",
        expr: `sum(increase(${series}[2m])) > 0`,
        for: WATCH_FOR,
        labels: labels("critical", { remote_cluster: remote }),
        annotations: annotations(
            args,
            `istiod's watches of cluster ${remote} fail.`,
            `Its proxies keep the endpoints in ${remote} that they knew, and learn of no change. See ` +
                "whether istiod reaches the API server there, and whether it accepts the token.",
        ),
    };
}

const HOUR = 3600;

function tokenNearExpiry(args: ClusterAlertsArgs, remote: string): AlertRule[] {
    if (args.tokenNoticeHours === undefined) return [];
    const expiry = `max(${EDGE_TOKEN_EXPIRY}{remote_cluster=${quoted(remote)}})`;
    const hours = String(args.tokenNoticeHours);
    return [
        {
            alert: "EdgeTokenNearExpiry",
            expr: `(${expiry} or vector(0)) - time() < ${String(args.tokenNoticeHours * HOUR)}`,
            for: FOR,
            labels: labels("warning", { remote_cluster: remote }),
            annotations: annotations(
                args,
                `the token for cluster ${remote} expires within ${hours} hours, or is unknown.`,
                "Any update of the stack makes a new one. Once it has expired, istiod keeps the endpoints " +
                    "that it had, and learns of no change.",
            ),
        },
    ];
}

const DAY = 86_400;
/** A proxy's certificate lives for a day and is renewed at half of that: at 6 h it failed for 6 h. */
const PROXY_EXPIRY_SECONDS = DAY / 4;

function certificates(args: ClusterAlertsArgs): AlertRule[] {
    const limit = args.expiryDays * DAY;
    const ofIstiod = (certificate: string, metric: string): AlertRule => ({
        alert: "CertificateNearExpiry",
        expr: `(min(${metric}) or vector(0)) - time() < ${String(limit)}`,
        for: FOR,
        labels: labels("warning", { certificate }),
        annotations: annotations(
            args,
            `the mesh's ${certificate} certificate expires within ${String(args.expiryDays)} days, or is unknown.`,
            "Renew it: once it has expired, no two proxies talk to each other.",
        ),
    });
    const left = 'min(istio_agent_cert_expiry_seconds{resource_name="default"})';
    const ofProxies: AlertRule = {
        alert: "CertificateNearExpiry",
        // Where there is a gateway there is a proxy.
        expr: `${args.gateway ? `(${left} or vector(0))` : left} < ${String(PROXY_EXPIRY_SECONDS)}`,
        for: FOR,
        labels: labels("critical", { certificate: "proxy" }),
        annotations: annotations(
            args,
            "a proxy's own certificate was not renewed, or is unknown.",
            "See in the proxies' logs why istiod does not sign: its address, its CA, their tokens.",
        ),
    };
    return [
        ...(args.isPrimary
            ? [
                  ofIstiod("root", "citadel_server_root_cert_expiry_timestamp"),
                  ofIstiod("intermediate", "citadel_server_cert_chain_expiry_timestamp"),
              ]
            : []),
        ofProxies,
    ];
}

function gatewayWithoutEndpoints(args: ClusterAlertsArgs): AlertRule {
    return {
        alert: "GatewayWithoutEndpoints",
        expr: `${sumOf('gateway_proxies_up{app="istio-eastwestgateway"}')} < 1`,
        for: FOR,
        labels: labels("critical"),
        annotations: annotations(
            args,
            "no proxy of the east-west gateway is up.",
            "Other networks reach nothing here. See the pods of Deployment istio-eastwestgateway.",
        ),
    };
}

/** Collector's scrape, its rules, federation's scrape: as old is what a federation knows of itself. */
const PATH_INTERVALS = 3;

function remoteWriteBehind(args: ClusterAlertsArgs): AlertRule {
    const limit = args.behindSeconds + PATH_INTERVALS * args.scrapeSeconds;
    const sent =
        "min by (pod) (prometheus_remote_storage_queue_highest_sent_timestamp_seconds) or on () vector(0)";
    return {
        alert: "RemoteWriteBehind",
        expr: `time() - (${sent}) > ${String(limit)}`,
        for: FOR,
        labels: labels("warning"),
        annotations: annotations(
            args,
            `remote write has not caught up for ${String(args.behindSeconds)} s.`,
            "Nothing is lost while Prometheus runs and keeps its write-ahead log, which is two hours. " +
                "See whether the central cluster's gateway and Thanos Receive answer.",
        ),
    };
}

function remoteWriteFailing(args: ClusterAlertsArgs): AlertRule {
    const lost = (series: string): string =>
        `sum by (pod) (increase(prometheus_remote_storage_samples_${series}[5m])) > 0`;
    return {
        alert: "RemoteWriteFailing",
        // What relabeling drops is not meant to arrive.
        expr: `${lost("failed_total")} or ${lost('dropped_total{reason!="dropped_series"}')}`,
        labels: labels("critical"),
        annotations: annotations(
            args,
            "remote write lost samples for good.",
            "Thanos Receive refused them: see the federation's log for its answer. 403 is the " +
                "authorization policy, 409 samples out of order, 413 and 429 limits.",
        ),
    };
}

/** All that the metrics path consists of here, and what it could not do without. */
function targetsDown(args: ClusterAlertsArgs): AlertRule[] {
    const jobs = [
        ...(args.isPrimary ? [JOBS.istiod] : []),
        ...(args.gateway || args.sends ? [JOBS.proxy] : []),
        JOBS.kubelet,
        JOBS.cadvisor,
        JOBS.operator,
        JOBS.collector,
        JOBS.federation,
    ];
    return [
        ...jobs.map((job) => targetDown(args, { job })),
        ...(args.thanosServices ?? []).map((service) =>
            targetDown(args, { job: JOBS.thanos, service }),
        ),
    ];
}

function targetDown(
    args: ClusterAlertsArgs,
    target: { readonly job: string; readonly service?: string },
): AlertRule {
    const matchers = Object.entries(target).map(([name, value]) => `${name}=${quoted(value)}`);
    return {
        alert: "TargetsDown",
        expr: `${sumOf(`scrape_targets_up{${matchers.join(", ")}}`)} < 1`,
        for: FOR,
        labels: labels("warning", target),
        annotations: annotations(
            args,
            `nothing of ${Object.values(target).join(" ")} can be scraped.`,
            "Its metrics are missing. The collector's page /targets says why.",
        ),
    };
}
