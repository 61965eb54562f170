// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type VerifyContext, outcomeOf } from "./context";
import { clusterNames } from "./fleet";
import type { Kube } from "./kube";
import { ISTIO_NAMESPACE, type Pod, askIstiod, askProxy, isReady, istiods, listPods } from "./pods";
import { parseCounters } from "./proxyAdmin";
import { type Check, type Finding, fails, holds, reasonOf, toCheck } from "./report";

const ID = "rejected-config";

/** The chart labels the gateway's pods by its release name without `istio-`. */
const GATEWAYS = "istio=eastwestgateway";

const syncz = z.array(
    z.object({
        proxy: z.string(),
        resources: z.record(z.string(), z.object({ lastError: z.string().optional() })).nullish(),
    }),
);

/** What an istiod says about one proxy: the reason of each kind of resource that it rejects. */
export interface Rejection {
    /** `<pod>.<namespace>` */
    readonly proxy: string;
    /** The last part of the resource's type, for example Listener. */
    readonly kind: string;
    readonly reason: string;
}

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
            const kube = outcomeOf(context.kubes, cluster);
            if (!kube.ok) return toCheck(ID, cluster, fails(kube.reason));
            const finding = await ask(context, kube.value).catch((error: unknown) =>
                fails(reasonOf(error)),
            );
            return toCheck(ID, cluster, finding);
        }),
    );
}

async function ask(context: VerifyContext, kube: Kube): Promise<Finding> {
    const answers = await Promise.all(
        (await istiods(kube)).map(({ metadata }) => askIstiod(kube, metadata, "/debug/syncz")),
    );
    const { proxies, rejections } = mergeSyncz(answers.map(parseSyncz));
    const gateways = (await listPods(kube, ISTIO_NAMESPACE, GATEWAYS)).filter(isReady);
    const probe = outcomeOf(context.probes, kube.cluster);
    const counted = await Promise.all([
        ...(probe.ok ? [count(kube, probe.value.pod)] : []),
        ...gateways.map((pod) => count(kube, pod)),
    ]);
    if (gateways.length === 0) return fails("There is no ready east-west gateway to ask.");
    if (!probe.ok) return fails(probe.reason);
    return judge(proxies, rejections, counted);
}

async function count(kube: Kube, { metadata }: Pod): Promise<Counted> {
    const answer = await askProxy(kube, metadata, "stats?filter=update_rejected$");
    return { proxy: `${metadata.name}.${metadata.namespace}`, rejected: parseCounters(answer) };
}

interface SyncState {
    readonly proxies: ReadonlySet<string>;
    readonly rejections: readonly Rejection[];
}

/** Reads the answer of an istiod's `/debug/syncz`. */
export function parseSyncz(text: string): SyncState {
    const states = syncz.parse(JSON.parse(text));
    const rejections = states.flatMap(({ proxy, resources }) =>
        Object.entries(resources ?? {}).flatMap(([type, { lastError }]) =>
            lastError ? [{ proxy, kind: type.split(".").at(-1) ?? type, reason: lastError }] : [],
        ),
    );
    return { proxies: new Set(states.map(({ proxy }) => proxy)), rejections };
}

function mergeSyncz(states: readonly SyncState[]): SyncState {
    return {
        proxies: new Set(states.flatMap(({ proxies }) => [...proxies])),
        rejections: states.flatMap(({ rejections }) => rejections),
    };
}

/**
 * Judges a cluster's proxies. A gateway may have rejected something long ago that was put right:
 * istiod forgets a rejection when the proxy accepts the next configuration, the counter never does.
 * So a count alone condemns only a probe, which is as old as this run.
 */
export function judge(
    proxies: ReadonlySet<string>,
    rejections: readonly Rejection[],
    counted: readonly Counted[],
): Finding {
    const problems = rejections.map(
        ({ proxy, kind, reason }) => `${proxy} rejects ${kind}: ${reason.trim()}`,
    );
    const unknown = counted.filter(({ proxy }) => !proxies.has(proxy));
    problems.push(...unknown.map(({ proxy }) => `${proxy} is connected to no istiod`));
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
