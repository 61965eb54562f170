// SPDX-License-Identifier: Apache-2.0
import { type Edge, formatEdge } from "../plan/edges";
import { type Outcome, type VerifyContext, outcomeOf } from "./context";
import { type DialAnswer, describeAnswer } from "./dial";
import { isOfProbe, knownEndpoints } from "./endpoints";
import { clusterNames, gatewayOf } from "./fleet";
import { type Probe, dial } from "./probes";
import { probeIdentity, probeName } from "./probeManifests";
import type { Endpoint } from "./proxyAdmin";
import { type Check, type Finding, fails, holds, toCheck } from "./report";
import { until } from "./until";
import { parseXfcc } from "./xfcc";

const ID = "edge";

/** A request's two ends, as the answer must name them. */
export interface Ends {
    /** Cluster whose probe must answer. */
    readonly server: string;
    readonly serverIdentity: string;
    readonly clientIdentity: string;
}

/** What the probe at the other end said of itself and of the connection. */
export interface Answers {
    readonly hostname: DialAnswer;
    /** Its proxy's X-Forwarded-Client-Cert header. */
    readonly xfcc: DialAnswer;
}

/** What tells how the requests of an edge travel. */
export interface Way {
    /** The network that both ends are on; undefined when they are not on one. */
    readonly sharedNetwork: string | undefined;
    /** Namespace of the probes. */
    readonly namespace: string;
    /** Address of the pod that must answer. */
    readonly pod: string;
    /** Addresses of all east-west gateways of the fleet. */
    readonly gateways: readonly string[];
}

/**
 * Per edge: a request from a probe in one cluster is answered by the other, as itself, over mTLS;
 * and through no gateway, if they are on one network.
 */
export async function checkEdges(context: VerifyContext): Promise<Check[]> {
    const observing = new Set(context.fleet.edges.map((edge) => edge.observing));
    const checks = [...observing].map((name) => checkEdgesFrom(context, name));
    return (await Promise.all(checks)).flat();
}

/** One proxy has the endpoints of all these edges, and it takes long to ask: it is asked once. */
async function checkEdgesFrom(context: VerifyContext, observing: string): Promise<Check[]> {
    const requests = context.fleet.edges
        .filter((edge) => edge.observing === observing)
        .map(async (edge) => ({ edge, finding: await requestAcross(context, edge) }));
    const answers = await Promise.all(requests);
    const probe = outcomeOf(context.probes, observing);
    const known = probe.ok ? await knownEndpoints(probe.value) : probe;
    return answers.map(({ edge, finding }) => {
        const whole = finding.ok
            ? judgeWay(endsOf(context, edge), wayOf(context, edge), known)
            : finding;
        return toCheck(ID, formatEdge(edge), whole);
    });
}

function endsOf({ fleet, run }: VerifyContext, { observing, observed }: Edge): Ends {
    return {
        server: observed,
        serverIdentity: probeIdentity(fleet.mesh.trustDomain, run, observed),
        clientIdentity: probeIdentity(fleet.mesh.trustDomain, run, observing),
    };
}

function wayOf({ fleet, run, probes }: VerifyContext, { observing, observed }: Edge): Way {
    const network = fleet.clusters[observed]?.network;
    const to = outcomeOf(probes, observed);
    return {
        sharedNetwork: fleet.clusters[observing]?.network === network ? network : undefined,
        namespace: run.namespace,
        pod: to.ok ? (to.value.pod.status?.podIP ?? "") : "",
        gateways: clusterNames(fleet).flatMap((name) => gatewayOf(fleet, name) ?? []),
    };
}

/**
 * Asks across an edge until the answer is right. From a cluster to itself it shows that the probe
 * works at all, and that its proxy has heard of this run's services.
 */
export async function requestAcross(context: VerifyContext, edge: Edge): Promise<Finding> {
    const from = outcomeOf(context.probes, edge.observing);
    if (!from.ok) return fails(from.reason);
    const to = outcomeOf(context.probes, edge.observed);
    if (!to.ok) return fails(to.reason);
    const ends = endsOf(context, edge);
    return until(async () => judge(ends, await ask(from.value, to.value)), context.patience);
}

async function ask(from: Probe, to: Probe): Promise<Answers> {
    const hostname = await dial(from, to, "hostname");
    const xfcc = await dial(from, to, "header?key=X-Forwarded-Client-Cert");
    return { hostname, xfcc };
}

/** Whether the right probe answered, and over mutual TLS between the right two identities. */
export function judge(ends: Ends, { hostname, xfcc }: Answers): Finding {
    const { server, serverIdentity, clientIdentity } = ends;
    if (hostname.body !== probeName(server)) {
        return fails(`${server} did not answer (${describeAnswer(hostname)})`);
    }
    if (xfcc.body === undefined) {
        return fails(`${server} answered once, but not twice (${describeAnswer(xfcc)})`);
    }
    const peer = parseXfcc(xfcc.body).at(-1);
    if (!peer) return fails(`${server} answered, but not over mTLS: its proxy saw no certificate`);
    if (peer.by !== serverIdentity) {
        return fails(
            `${server} answered as ${peer.by ?? "nobody"}, but its identity is ${serverIdentity}`,
        );
    }
    if (peer.uri !== clientIdentity) {
        return fails(
            `${server} answered, but to ${peer.uri ?? "nobody"} instead of ${clientIdentity}`,
        );
    }
    return holds(`${describeEnds(ends)}.`);
}

/**
 * Whether what was answered rightly came the right way: on one network straight from the pod. It
 * matters only there: between networks there is no other way than through a gateway.
 */
export function judgeWay(
    ends: Ends,
    { sharedNetwork, namespace, pod, gateways }: Way,
    known: Outcome<readonly Endpoint[]>,
): Finding {
    const answered = describeEnds(ends);
    const endpoints = known.ok
        ? known.value.filter((endpoint) => isOfProbe(endpoint, ends.server, namespace))
        : [];
    const addresses = [...new Set(endpoints.map(({ address }) => address))];
    const crossed = addresses.filter((address) => gateways.includes(address)).join(" or ");
    const through = crossed && `, through the gateway ${crossed}`;
    if (sharedNetwork === undefined) return holds(`${answered}${through}.`);
    if (!known.ok) return fails(`${answered}, but the way cannot be told: ${known.reason}`);
    if (addresses.length > 0 && addresses.every((address) => address === pod)) {
        return holds(`${answered}, pod to pod.`);
    }
    const instead = through || `, at ${addresses.join(" or ") || "no known endpoint"}`;
    return fails(
        `${answered}${instead}: on the network ${sharedNetwork} it should be pod to pod, at ${pod}.`,
    );
}

function describeEnds({ server, serverIdentity, clientIdentity }: Ends): string {
    return `${server} answered over mTLS as ${serverIdentity}, to ${clientIdentity}`;
}
