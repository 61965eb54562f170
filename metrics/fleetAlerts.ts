// SPDX-License-Identifier: Apache-2.0
import { CLUSTER_LABEL } from "./names";
import { HEARTBEAT } from "./recordingRules";
import { type AlertRule, type RecordingRule, type RuleGroup, oneOf, plain, quoted } from "./rule";

/** What is planned for the fleet. */
export interface FleetAlertsArgs {
    /** The clusters that write to the central one. */
    readonly senders: readonly string[];
    /** Who discovers whose services, and so may send requests there. */
    readonly edges: readonly { readonly observing: string; readonly observed: string }[];
    /** A cluster does not report when its last heartbeat is older than these seconds. */
    readonly reportSeconds: number;
    /** An edge that had requests within a day is silent after these minutes without one. */
    readonly edgeSilentMinutes: number;
}

/** 1 for each planned edge, with labels `source_cluster` and `destination_cluster`. */
export const EDGE = "istio_fleet_edge";
/** Requests on each planned edge within the last `edgeSilentMinutes`: 0 where there was none. */
export const EDGE_REQUESTS = "istio_fleet_edge_requests";

/**
 * The rules over all clusters, for Thanos Ruler; what they record must be found by the Query that it
 * asks. A cluster that is away cannot tell by itself, nor can one end of an edge.
 */
export function fleetAlerts(args: FleetAlertsArgs): RuleGroup[] {
    return [
        {
            name: "istio-fleet-edges",
            interval: "1m",
            rules: [
                ...args.edges.flatMap((edge) => edgeRecords(edge, args.edgeSilentMinutes)),
                edgeSilent(args.edgeSilentMinutes),
            ],
        },
        {
            name: "istio-fleet-reports",
            interval: "30s",
            rules: [
                ...args.senders.map((sender) => notReporting(sender, args.reportSeconds)),
                unexpectedReporter(args.senders, args.reportSeconds),
            ],
        },
    ];
}

const PAIR = "source_cluster, destination_cluster";

function edgeRecords(
    { observing, observed }: FleetAlertsArgs["edges"][number],
    minutes: number,
): RecordingRule[] {
    const labels = { source_cluster: observing, destination_cluster: observed };
    const ends = `source_cluster=${quoted(observing)}, destination_cluster=${quoted(observed)}`;
    const increase = `increase(istio_requests_total{${ends}}[${String(minutes)}m])`;
    return [
        { record: EDGE, expr: "vector(1)", labels },
        {
            record: EDGE_REQUESTS,
            // Both ends report the same requests. Where neither reports, nobody knows.
            expr:
                `(max(sum by (reporter) (${increase})) or vector(0)) ` +
                `and on () ${HEARTBEAT}{${CLUSTER_LABEL}=~${oneOf([observing, observed])}}`,
            labels,
        },
    ];
}

/** The day is looked up in the record, for the requests themselves would be millions of samples. */
function edgeSilent(minutes: number): AlertRule {
    const requests = (series: string): string => `max by (${PAIR}) (${series})`;
    return {
        alert: "EdgeSilent",
        expr:
            `${requests(`max_over_time(${EDGE_REQUESTS}[1d])`)} > 0 ` +
            `and ${requests(EDGE_REQUESTS)} == 0`,
        labels: { severity: "warning" },
        annotations: {
            summary:
                "No request from {{ $labels.source_cluster }} to {{ $labels.destination_cluster }} " +
                `for ${String(minutes)} minutes.`,
            description:
                "There were some within the last day. If nobody stopped sending, see whether the source's " +
                "istiod has synced with the destination, and whether the destination's gateway answers.",
        },
    };
}

/** Ten minutes at least: Query itself looks five back, and no further than a marker of staleness. */
const LOOKBACK_SECONDS = 600;

function notReporting(sender: string, reportSeconds: number): AlertRule {
    const lookback = Math.max(LOOKBACK_SECONDS, 2 * reportSeconds);
    const series = `${HEARTBEAT}{${CLUSTER_LABEL}=${quoted(sender)}}`;
    const last = `max(max_over_time(${series}[${String(lookback)}s])) or vector(0)`;
    return {
        alert: "ClusterNotReporting",
        expr: `time() - (${last}) > ${String(reportSeconds)}`,
        // A fleet that was just made has not reported yet either.
        for: "1m",
        labels: { severity: "critical", [CLUSTER_LABEL]: plain(sender) },
        annotations: {
            summary: plain(
                `${sender}: no metrics have come for more than ${String(reportSeconds)} s.`,
            ),
            description: plain(
                `See alerts RemoteWriteBehind and RemoteWriteFailing in ${sender} itself, then its way to ` +
                    "the central cluster: remote secret, east-west gateway, Thanos Receive.",
            ),
        },
    };
}

function unexpectedReporter(senders: readonly string[], reportSeconds: number): AlertRule {
    const matchers = senders.length > 0 ? `{${CLUSTER_LABEL}!~${oneOf(senders)}}` : "";
    const limit = String(reportSeconds);
    return {
        alert: "UnexpectedReporter",
        expr: `count by (${CLUSTER_LABEL}) (time() - ${HEARTBEAT}${matchers} < ${limit})`,
        // Who was a sender until now is seen for so long, and then no more.
        for: `${limit}s`,
        labels: { severity: "warning" },
        annotations: {
            summary: `{{ $labels.${CLUSTER_LABEL} }}: metrics come that nobody planned.`,
            description:
                "It is not in the plan, or has no edge to the central cluster. Remove what sends there, or " +
                "plan it.",
        },
    };
}
