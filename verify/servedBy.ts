// SPDX-License-Identifier: Apache-2.0
import { type VerifyContext, outcomeOf, primaryKube, proxiedPods } from "./context";
import { primaryOf, remoteNames } from "./fleet";
import { proxyName } from "./pods";
import { type Check, type Finding, fails, holds, toCheck } from "./report";
import { type ConnectedProxy, connectedProxies } from "./syncz";
import { until } from "./until";

const ID = "served-by";

/** A cluster without an istiod of its own. */
export interface Remote {
    readonly cluster: string;
    /** Cluster whose istiods must serve it. */
    readonly primary: string;
}

/** Per remote: its probe's proxy and its gateways' are connected to an istiod of its primary. */
export async function checkServedBy(context: VerifyContext): Promise<Check[]> {
    return Promise.all(
        remoteNames(context.fleet).map(async (cluster) =>
            toCheck(ID, cluster, await ask(context, cluster)),
        ),
    );
}

async function ask(context: VerifyContext, cluster: string): Promise<Finding> {
    const probe = outcomeOf(context.probes, cluster);
    if (!probe.ok) return fails(probe.reason);
    const kube = primaryKube(context, cluster);
    if (!kube.ok) return fails(kube.reason);
    const remote: Remote = { cluster, primary: primaryOf(context.fleet, cluster) };
    // A proxy that changes its istiod is connected to none for a moment.
    return until(async () => {
        const pods = await proxiedPods(context, probe.value);
        return judge(remote, pods.map(proxyName), await connectedProxies(kube.value));
    }, context.patience);
}

/**
 * Whether a remote's proxies are among those that its primary's istiods serve, and as the remote's:
 * one that is taken for another cluster's gets that cluster's network and locality.
 */
export function judge(
    { cluster, primary }: Remote,
    proxies: readonly string[],
    connected: readonly ConnectedProxy[],
): Finding {
    const serving = new Map<string, string[]>();
    const problems: string[] = [];
    for (const name of proxies) {
        const found = connected.filter(({ proxy }) => proxy === name);
        const own = found.find((one) => one.cluster === cluster);
        const [first] = found;
        if (own) {
            serving.set(own.istiod, [...(serving.get(own.istiod) ?? []), name]);
        } else if (first) {
            const taken = first.cluster ? `for one of ${first.cluster}` : "for one of no cluster";
            problems.push(`${first.istiod} of ${primary} serves ${name}, but takes it ${taken}`);
        } else {
            problems.push(`${name} is connected to no istiod of ${primary}`);
        }
    }
    if (problems.length > 0) return fails(`${problems.join("; ")}.`);
    const served = [...serving].map(
        ([istiod, names]) => `${istiod} of ${primary} serves ${names.join(", ")}`,
    );
    return holds(`${served.join("; ")}.`);
}
