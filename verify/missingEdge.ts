// SPDX-License-Identifier: Apache-2.0
import { type Edge, formatEdge } from "../plan/edges";
import { type Outcome, type VerifyContext, outcomeOf } from "./context";
import { type DialAnswer, describeAnswer } from "./dial";
import { requestAcross } from "./edge";
import { isOfProbe, knownEndpoints } from "./endpoints";
import { closedPairs, gatewayOf } from "./fleet";
import { type Probe, dial } from "./probes";
import { probeName } from "./probeManifests";
import type { Endpoint } from "./proxyAdmin";
import { type Check, type Finding, fails, holds, reasonOf, toCheck } from "./report";

const ID = "missing-edge";

/** What a probe's proxy must know nothing of. */
export interface Closed {
    /** Cluster that must not be reached. */
    readonly server: string;
    readonly namespace: string;
    /** Address of its east-west gateway, if it has one. */
    readonly gateway: string | undefined;
}

/**
 * Per ordered pair without an edge: the same request is not answered by the other cluster, and the
 * asking proxy knows no endpoint there.
 *
 * Nothing can be waited for here, since the answer that is hoped for is the one before anything was
 * configured. So this runs after all edges were found open, and for each cluster only when its
 * probe reaches the service of its own cluster that was made at the same time: then its proxy has
 * what istiod had to tell.
 */
export async function checkMissingEdges(context: VerifyContext): Promise<Check[]> {
    const pairs = closedPairs(context.fleet);
    const observing = [...new Set(pairs.map((pair) => pair.observing))];
    const asking = observing.map(async (name) => [name, await endpointsOf(context, name)] as const);
    const known = new Map(await Promise.all(asking));
    return Promise.all(
        pairs.map(async (pair) =>
            toCheck(
                ID,
                formatEdge(pair),
                await tryPair(context, pair, outcomeOf(known, pair.observing)),
            ),
        ),
    );
}

/** What a cluster's probe knows, once it is known to work. */
async function endpointsOf(context: VerifyContext, name: string): Promise<Outcome<Endpoint[]>> {
    const probe = outcomeOf(context.probes, name);
    if (!probe.ok) return probe;
    const own = await requestAcross(context, { observing: name, observed: name });
    if (!own.ok) {
        return {
            ok: false,
            reason: `the probe does not even reach its own cluster: ${own.detail}`,
        };
    }
    return knownEndpoints(probe.value);
}

async function tryPair(
    context: VerifyContext,
    { observing, observed }: Edge,
    known: Outcome<Endpoint[]>,
): Promise<Finding> {
    const from = outcomeOf(context.probes, observing);
    const to = outcomeOf(context.probes, observed);
    if (!from.ok) return cannotTell(from.reason);
    if (!to.ok) return cannotTell(to.reason);
    if (!known.ok) return cannotTell(known.reason);
    const closed: Closed = {
        server: observed,
        namespace: context.run.namespace,
        gateway: gatewayOf(context.fleet, observed),
    };
    return judge(closed, await askStranger(from.value, to.value), known.value);
}

async function askStranger(from: Probe, to: Probe): Promise<DialAnswer> {
    return dial(from, to, "hostname").catch((error: unknown) => ({ error: reasonOf(error) }));
}

function cannotTell(reason: string): Finding {
    return fails(`It cannot be told whether the way is closed: ${reason}`);
}

/** Endpoints that a proxy should not know: of the service itself, or behind the gateway. */
export function endpointsBehind(closed: Closed, known: readonly Endpoint[]): Endpoint[] {
    const { server, namespace, gateway } = closed;
    return known.filter(
        (endpoint) => isOfProbe(endpoint, server, namespace) || endpoint.address === gateway,
    );
}

/**
 * Whether the way is closed. That nobody answers is not enough, and that somebody does is not too
 * much: where egress is intercepted, strangers answer for addresses that are not there.
 */
export function judge(closed: Closed, answer: DialAnswer, known: readonly Endpoint[]): Finding {
    const behind = endpointsBehind(closed, known);
    const [first] = behind;
    const problems: string[] = [];
    if (answer.body === probeName(closed.server)) {
        problems.push(`${closed.server} answered, though there is no edge to it`);
    }
    if (first) {
        const where = `${first.cluster} at ${first.address}:${String(first.port)}`;
        problems.push(
            `the proxy knows ${String(behind.length)} endpoint(s) of it, the first being ${where}`,
        );
    }
    if (problems.length > 0) return fails(`${problems.join("; ")}.`);
    return holds(
        `${closed.server} did not answer (${describeAnswer(answer)}), and the proxy knows no endpoint of it.`,
    );
}
