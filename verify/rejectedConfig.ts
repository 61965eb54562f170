// SPDX-License-Identifier: Apache-2.0
import { type VerifyContext, outcomeOf, primaryKube, proxiedPods } from "./context";
import { type LiveFleet, clusterNames, primaryOf } from "./fleet";
import type { Kube } from "./kube";
import { type Pod, askProxy, proxyName } from "./pods";
import { parseCounters } from "./proxyAdmin";
import { type Check, type Finding, fails, holds, reasonOf, toCheck } from "./report";
import { type ConnectedProxy, connectedProxies } from "./syncz";

const ID = "rejected-config";

/** What one proxy counts itself. */
export interface Counted {
    readonly proxy: string;
    readonly rejected: ReadonlyMap<string, number>;
}

/**
 * No proxy has rejected configuration: no istiod has an unanswered rejection of any of its proxies,
 * and the probes and east-west gateways count none themselves.
 */
export async function checkRejectedConfig(context: VerifyContext): Promise<Check[]> {
    return Promise.all(
        clusterNames(context.fleet).map(async (cluster) => {
            const finding = await ask(context, cluster).catch((error: unknown) =>
                fails(reasonOf(error)),
            );
            return toCheck(ID, cluster, finding);
        }),
    );
}

async function ask(context: VerifyContext, cluster: string): Promise<Finding> {
    const probe = outcomeOf(context.probes, cluster);
    if (!probe.ok) return fails(probe.reason);
    const primary = primaryKube(context, cluster);
    if (!primary.ok) return fails(primary.reason);
    const connected = await connectedProxies(primary.value);
    const pods = await proxiedPods(context, probe.value);
    const counted = await Promise.all(pods.map((pod) => count(probe.value.kube, pod)));
    return judge(proxiesOf(context.fleet, cluster, connected), counted);
}

async function count(kube: Kube, pod: Pod): Promise<Counted> {
    const answer = await askProxy(kube, pod.metadata, "stats?filter=update_rejected$");
    return { proxy: proxyName(pod), rejected: parseCounters(answer) };
}

/**
 * The proxies of a cluster among all that its primary's istiods serve. The primary answers for those
 * that name no cluster it should serve too, so that every proxy is judged once.
 */
export function proxiesOf(
    fleet: LiveFleet,
    cluster: string,
    connected: readonly ConnectedProxy[],
): ConnectedProxy[] {
    const primary = primaryOf(fleet, cluster);
    return connected.filter(({ cluster: named }) => {
        const isServed = fleet.clusters[named]?.primary === primary;
        return (isServed ? named : primary) === cluster;
    });
}

/**
 * Judges a cluster's proxies. A gateway may have rejected something long ago that was put right:
 * istiod forgets a rejection when the proxy accepts the next configuration, the counter never does.
 * So a count alone condemns only a probe, which is as old as this run.
 */
export function judge(connected: readonly ConnectedProxy[], counted: readonly Counted[]): Finding {
    const proxies = new Set(connected.map(({ proxy }) => proxy));
    const problems = connected.flatMap(({ proxy, rejections }) =>
        rejections.map(({ kind, reason }) => `${proxy} rejects ${kind}: ${reason.trim()}`),
    );
    const unknown = counted.filter(({ proxy }) => !proxies.has(proxy));
    problems.push(
        ...unknown.map(
            ({ proxy }) => `${proxy} is connected to no istiod as a proxy of this cluster`,
        ),
    );
    const before = counted.filter(({ rejected }) => rejected.size > 0);
    for (const { proxy, rejected } of before) {
        if (proxy.startsWith("probe-")) problems.push(`${proxy} counts ${list(rejected)}`);
    }
    if (problems.length > 0) return fails(`${problems.join("; ")}.`);
    const healed = before.map(({ proxy }) => proxy).join(", ");
    return holds(
        `${String(proxies.size)} connected proxies have accepted their configuration${healed ? ` (${healed} only after a rejection)` : ""}.`,
    );
}

function list(counters: ReadonlyMap<string, number>): string {
    return [...counters].map(([name, value]) => `${name}=${String(value)}`).join(", ");
}
