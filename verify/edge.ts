// SPDX-License-Identifier: Apache-2.0
import { type Edge, formatEdge } from "../plan/edges";
import { type VerifyContext, outcomeOf } from "./context";
import { type DialAnswer, describeAnswer } from "./dial";
import { type Probe, dial } from "./probes";
import { probeIdentity, probeName } from "./probeManifests";
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

/** Per edge: a request from a probe in one cluster is answered by the other, as itself, over mTLS. */
export async function checkEdges(context: VerifyContext): Promise<Check[]> {
    return Promise.all(
        context.fleet.edges.map(async (edge) =>
            toCheck(ID, formatEdge(edge), await requestAcross(context, edge)),
        ),
    );
}

/**
 * Asks across an edge until the answer is right. From a cluster to itself it shows that the probe
 * works at all, and that its proxy has heard of this run's services.
 */
export async function requestAcross(context: VerifyContext, edge: Edge): Promise<Finding> {
    const { fleet, run, patience } = context;
    const from = outcomeOf(context.probes, edge.observing);
    if (!from.ok) return fails(from.reason);
    const to = outcomeOf(context.probes, edge.observed);
    if (!to.ok) return fails(to.reason);
    const ends: Ends = {
        server: edge.observed,
        serverIdentity: probeIdentity(fleet.mesh.trustDomain, run, edge.observed),
        clientIdentity: probeIdentity(fleet.mesh.trustDomain, run, edge.observing),
    };
    return until(async () => judge(ends, await ask(from.value, to.value)), patience);
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
    return holds(`${server} answered over mTLS as ${serverIdentity}, to ${clientIdentity}.`);
}
