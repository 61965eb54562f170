// SPDX-License-Identifier: Apache-2.0
import type { MetricsConfig } from "../config/metrics";
import type { Edge } from "./edges";
import type { Problem } from "./problem";
import { nearest } from "./suggest";

/** How the fleet is measured. Each cluster measures itself; those that send are kept centrally too. */
export interface MetricsPlan extends Omit<MetricsConfig, "receiveReplicas"> {
    /**
     * Clusters that write to the central one: itself, and whoever discovers its services, for remote
     * write travels through the mesh. Sorted by name.
     */
    readonly senders: readonly string[];
    readonly receive: {
        readonly replicas: number;
        /** How many of the replicas keep each sample: with three, one of them may fail. */
        readonly replicationFactor: number;
    };
}

/** Thanos writes to a majority: three copies are the least of which one may be missing. */
const REPLICATION_FACTOR = 3;
/** An alert that looks back for fewer scrapes than these is wrong by nature. */
const LEAST_SCRAPES = 4;

/**
 * The plan of the metrics stack, or what is wrong with it.
 *
 * @param names of all clusters.
 * @param discoveries who discovers whose services.
 */
export function planMetrics(
    { receiveReplicas: replicas, ...config }: MetricsConfig,
    names: readonly string[],
    discoveries: readonly Edge[],
): { readonly plan: MetricsPlan; readonly problems: readonly Problem[] } {
    const { central } = config;
    const observing = discoveries.filter(({ observed }) => observed === central);
    const senders = [central, ...observing.map((edge) => edge.observing)].sort();
    const replicationFactor = replicas >= REPLICATION_FACTOR ? REPLICATION_FACTOR : 1;
    return {
        plan: { ...config, senders, receive: { replicas, replicationFactor } },
        problems: [
            ...(names.includes(central) ? [] : [unknownCluster(central, names)]),
            ...checkAlerts(config),
        ],
    };
}

function unknownCluster(central: string, names: readonly string[]): Problem {
    const near = nearest(central, names);
    return {
        property: "metrics.central",
        value: central,
        rule: "must be the name of a cluster",
        fix: near ? `Did you mean "${near}"?` : `Name one of: ${names.join(", ")}.`,
    };
}

/** Alerts that would fire for ever, or never, at this interval. */
function checkAlerts({ scrapeSeconds, alerts }: Pick<MetricsConfig, "scrapeSeconds" | "alerts">) {
    const least = LEAST_SCRAPES * scrapeSeconds;
    const { reportSeconds, edgeSilentMinutes } = alerts;
    const problem = (key: string, value: number, why: string, enough: number): Problem => ({
        property: `metrics.alerts.${key}`,
        value,
        rule: `must be four times metrics.scrapeSeconds, ${String(scrapeSeconds)}, or longer: ${why}`,
        fix: `Say ${String(enough)} or more, or scrape more often.`,
    });
    const problems: Problem[] = [];
    if (edgeSilentMinutes * 60 < least) {
        const why = "fewer samples never have an increase, and every edge would be silent";
        const enough = Math.ceil(least / 60);
        problems.push(problem("edgeSilentMinutes", edgeSilentMinutes, why, enough));
    }
    if (reportSeconds < least) {
        const why = "heartbeats are up to that old by nature, and no cluster would ever report";
        problems.push(problem("reportSeconds", reportSeconds, why, least));
    }
    return problems;
}
