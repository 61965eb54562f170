// SPDX-License-Identifier: Apache-2.0
import { CLUSTER_LABEL } from "../metrics/names";
import { HEARTBEAT } from "../metrics/recordingRules";
import type { VerifyContext } from "./context";
import type { LiveMetrics } from "./fleet";
import { freshSeconds, visibleSeconds } from "./metricsTimes";
import { type Check, type Finding, fails, holds, toCheck } from "./report";
import { type Sample, centralThanos } from "./thanos";
import { untilAll } from "./until";

const ID = "metrics-report";
const OTHERS_ID = "metrics-others";
const EVERY = "all clusters";

/** Every cluster's own time, as it came to Thanos last. */
const QUERY = `max by (${CLUSTER_LABEL}) (${HEARTBEAT})`;

/** When each cluster took the last heartbeat that Thanos has, in seconds before now. */
export type Ages = ReadonlyMap<string, number>;

/**
 * Per sender: its heartbeat comes to the central Thanos. And nobody else's does. One answer is
 * judged for all, so that "nobody else" is said when everybody who should report does.
 *
 * @param seconds how long it is waited for. Defaults to what a stack that was just made may need.
 */
export async function checkMetricsReports(
    context: VerifyContext,
    seconds?: number,
): Promise<Check[]> {
    const { metrics } = context.fleet;
    if (!metrics) return [];
    const limit = seconds ?? Math.max(context.patience.seconds, visibleSeconds(metrics));
    const patience = { ...context.patience, seconds: limit };
    const { central, senders } = metrics;
    const subjects = [...senders].sort().map((name) => ({ id: ID, name }));
    const all = [...subjects, { id: OTHERS_ID, name: EVERY }];
    const thanos = centralThanos(context, central);
    if (!thanos.ok) return all.map(({ id, name }) => toCheck(id, name, fails(thanos.reason)));
    const ask = async () => {
        const ages = agesOf(await thanos.value.query(QUERY));
        return ({ id, name }: { id: string; name: string }) =>
            id === ID ? judgeReport(name, metrics, ages) : judgeOthers(metrics, ages);
    };
    const findings = await untilAll(all, ask, patience);
    return all.flatMap(({ id, name }, i) => {
        const finding = findings[i];
        return finding ? [toCheck(id, name, finding)] : [];
    });
}

/** By the time of the answer itself: this machine's clock has no part in it. */
export function agesOf(samples: readonly Sample[]): Map<string, number> {
    return new Map(
        samples.map(({ labels, value, time }) => [labels[CLUSTER_LABEL] ?? "", time - value]),
    );
}

/** Whether a sender's heartbeat is there, and fresh. Its clock and Thanos' may differ somewhat. */
export function judgeReport(sender: string, metrics: LiveMetrics, ages: Ages): Finding {
    const { central } = metrics;
    const fresh = freshSeconds(metrics);
    const age = ages.get(sender);
    if (age === undefined) return fails(`Thanos in ${central} has no heartbeat of ${sender}.`);
    const seconds = Math.abs(age).toFixed(0);
    if (age > fresh) {
        return fails(
            `The last heartbeat of ${sender} in Thanos is ${seconds} s old, and must be at most ${String(fresh)} s: ` +
                "it does not send any more, or its clock is behind.",
        );
    }
    if (age < -fresh) {
        return fails(`The heartbeat of ${sender} is ${seconds} s ahead of Thanos' own clock.`);
    }
    const when = age < 0 ? `ahead of its own clock` : "old";
    return holds(`The last heartbeat in Thanos in ${central} is ${seconds} s ${when}.`);
}

/** Whether only senders report. One that was a sender until lately is seen for minutes, but old. */
export function judgeOthers(metrics: LiveMetrics, ages: Ages): Finding {
    const { central, senders } = metrics;
    const fresh = freshSeconds(metrics);
    const reporting = [...ages].filter(([, age]) => age <= fresh).map(([name]) => name);
    if (reporting.length === 0) {
        return fails("It cannot be told who else reports: Thanos has no fresh heartbeat at all.");
    }
    const others = reporting.filter((name) => !senders.includes(name)).sort();
    if (others.length === 0) return holds(`No other cluster reports than ${listed(senders)}.`);
    const names = others.map((name) => name || `one without a label ${CLUSTER_LABEL}`);
    const should = `though only ${listed(senders)} should`;
    return fails(`These report to ${central} too, ${should}: ${listed(names)}.`);
}

function listed(names: readonly string[]): string {
    return [...names].sort().join(", ");
}
