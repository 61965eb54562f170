// SPDX-License-Identifier: Apache-2.0
import { CLUSTER_LABEL } from "../metrics/names";
import { type Edge, formatEdge } from "../plan/edges";
import { type VerifyContext, outcomeOf } from "./context";
import type { LiveMetrics } from "./fleet";
import { visibleSeconds } from "./metricsTimes";
import { probeName } from "./probeManifests";
import { dial } from "./probes";
import { type Check, type Finding, fails, toCheck } from "./report";
import { type Sample, type Thanos, centralThanos } from "./thanos";
import { type Patience, untilAll } from "./until";

const ID = "metrics-request";

/** The end of a request that counted it. */
export type Reporter = "source" | "destination";

/** Requests that were counted alike. */
export interface Counted {
    /** Cluster whose proxies counted them. */
    readonly cluster: string;
    readonly reporter: string;
    readonly source: string;
    readonly destination: string;
    /** Who sent them, as far as the reporter knows. */
    readonly workload: string;
    /** Service that they were sent to. */
    readonly service: string;
    readonly code: string;
    readonly count: number;
}

const LABELS = {
    cluster: CLUSTER_LABEL,
    reporter: "reporter",
    source: "source_cluster",
    destination: "destination_cluster",
    workload: "source_workload",
    service: "destination_service_name",
    code: "response_code",
} as const;

/**
 * Every request of a run: no other run has its namespace. Where a reporter does not know one end, it
 * is the other that has it.
 */
export function requestsQuery(namespace: string): string {
    const requests = (label: string) => `istio_requests_total{${label}="${namespace}"}`;
    const ends = ["source_workload_namespace", "destination_service_namespace"].map(requests);
    return `sum by (${Object.values(LABELS).join(", ")}) (${ends.join(" or ")})`;
}

/**
 * Per edge with a sender at one end or both: the requests that this run sent across it are in the
 * central Thanos, from each end that sends, with the right two clusters. One question for all.
 *
 * @param seconds how long they are waited for. Defaults to what they may need.
 */
export async function checkMetricsRequests(
    context: VerifyContext,
    seconds?: number,
): Promise<Check[]> {
    const { fleet, patience } = context;
    const { metrics } = fleet;
    if (!metrics) return [];
    const edges = fleet.edges.filter((edge) => reportersOf(edge, metrics.senders).length > 0);
    const thanos = centralThanos(context, metrics.central);
    const unreached = thanos.ok ? undefined : thanos.reason;
    const reasons = edges.map((edge) => unreached ?? missingProbe(context, edge));
    const asked = edges.filter((_, i) => reasons[i] === undefined);
    const visible: Patience = { ...patience, seconds: seconds ?? visibleSeconds(metrics) };
    const findings =
        thanos.ok && asked.length > 0
            ? await untilAll(asked, asking(context, metrics, thanos.value, asked), visible)
            : [];
    return edges.map((edge, i) => {
        const finding = findings[asked.indexOf(edge)] ?? fails(reasons[i] ?? "");
        return toCheck(ID, formatEdge(edge), finding);
    });
}

/**
 * What asks for all edges. Now and then it sends requests again where none were seen: a collector
 * that has only just begun counts what comes from there on.
 */
function asking(
    context: VerifyContext,
    { senders, scrapeSeconds }: LiveMetrics,
    thanos: Thanos,
    edges: readonly Edge[],
) {
    let sent = Date.now();
    let unseen = edges;
    return async () => {
        if (Date.now() - sent >= scrapeSeconds * 1000) {
            await Promise.all(unseen.map((edge) => sendAgain(context, edge)));
            sent = Date.now();
        }
        const counted = countedIn(await thanos.query(requestsQuery(context.run.namespace)));
        const judgeEdge = (edge: Edge) => judge(edge, senders, counted);
        unseen = edges.filter((edge) => !judgeEdge(edge).ok);
        return judgeEdge;
    };
}

async function sendAgain({ probes }: VerifyContext, edge: Edge): Promise<void> {
    const from = outcomeOf(probes, edge.observing);
    const to = outcomeOf(probes, edge.observed);
    // Whether it is answered is another check's.
    if (from.ok && to.ok) await dial(from.value, to.value, "hostname").catch(() => undefined);
}

/** Why nothing was sent across an edge, if a probe is missing. */
function missingProbe(
    { probes }: VerifyContext,
    { observing, observed }: Edge,
): string | undefined {
    return [observing, observed]
        .map((cluster) => outcomeOf(probes, cluster))
        .flatMap((probe) => (probe.ok ? [] : [probe.reason]))
        .at(0);
}

/** The ends of an edge whose counts come to Thanos. */
export function reportersOf({ observing, observed }: Edge, senders: readonly string[]): Reporter[] {
    return [
        ...(senders.includes(observing) ? (["source"] as const) : []),
        ...(senders.includes(observed) ? (["destination"] as const) : []),
    ];
}

export function countedIn(samples: readonly Sample[]): Counted[] {
    return samples.map(({ labels, value }) => {
        const label = (name: keyof typeof LABELS) => labels[LABELS[name]] ?? "";
        return {
            cluster: label("cluster"),
            reporter: label("reporter"),
            source: label("source"),
            destination: label("destination"),
            workload: label("workload"),
            service: label("service"),
            code: label("code"),
            count: value,
        };
    });
}

/** Whether the answered requests of an edge were counted at every end that sends. */
export function judge(
    edge: Edge,
    senders: readonly string[],
    counted: readonly Counted[],
): Finding {
    const findings = reportersOf(edge, senders).map((side) => judgeSide(edge, side, counted));
    return {
        ok: findings.length > 0 && findings.every(({ ok }) => ok),
        detail: `${findings.map(({ detail }) => detail).join("; ")}.`,
    };
}

function judgeSide(edge: Edge, side: Reporter, counted: readonly Counted[]): Finding {
    const { observing, observed } = edge;
    const cluster = side === "source" ? observing : observed;
    const own = counted.filter((one) => one.cluster === cluster && one.reporter === side);
    const right = own.filter(
        ({ source, destination, code }) =>
            source === observing && destination === observed && code === "200",
    );
    if (right.length > 0) {
        const count = right.reduce((sum, one) => sum + one.count, 0);
        // A series begins at 0, one interval before it shows what it counted.
        return {
            ok: count > 0,
            detail: `${cluster} reports ${String(count)} requests as their ${side}`,
        };
    }
    return { ok: false, detail: `${cluster} ${instead(edge, side, own)}` };
}

/** What an end reports in the place of an edge's requests: of this edge, as far as it can be told. */
function instead({ observing, observed }: Edge, side: Reporter, own: readonly Counted[]): string {
    const near = own.filter(({ source, destination, workload, service }) =>
        side === "source"
            ? destination === observed || service === probeName(observed)
            : source === observing || workload === probeName(observing),
    );
    const seen = (near.length > 0 ? near : own).map(
        ({ source, destination, code }) =>
            `source_cluster="${source}", destination_cluster="${destination}", response_code="${code}"`,
    );
    const reports = `reporter="${side}"`;
    if (seen.length === 0) return `reports no request of this run with ${reports}`;
    return `reports with ${reports} only ${[...new Set(seen)].sort().join(" and ")}`;
}
