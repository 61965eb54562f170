// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type Edge, missingEdges } from "../plan/edges";
import type { Roles } from "../plan/roles";

/** What a cluster's stack outputs say about it. */
const liveCluster = z.object({
    /** Istio's network of the cluster. */
    network: z.string().min(1),
    /** Name of the cluster whose istiod serves it: its own for a primary. */
    primary: z.string().min(1),
    /** URL of the API server for this machine. */
    apiServer: z.url(),
    /** URL of the API server for the other clusters. */
    peerApiServer: z.url(),
    /** Address of the east-west gateway; none where there is no such gateway. */
    gatewayAddress: z.string().min(1).nullish(),
});

const edge = z.object({ observing: z.string().min(1), observed: z.string().min(1) });

const outputs = z.object({
    mesh: z.object({
        id: z.string().min(1),
        trustDomain: z.string().min(1),
        probeImage: z.string().min(1),
    }),
    clusters: z
        .record(z.string(), liveCluster)
        .refine((clusters) => Object.keys(clusters).length > 0, "has no cluster"),
    /** Who discovers whose services. */
    edges: z.array(edge),
    /** Only of a fleet whose edges' tokens expire. */
    trust: z
        .object({
            /** A token with fewer hours left is near its expiry. */
            edgeTokenNoticeHours: z.number().positive().nullish(),
        })
        .nullish(),
    /** Only of a fleet with a metrics stack. */
    metrics: z
        .object({
            /** Name of the cluster with Thanos. */
            central: z.string().min(1),
            /** Names of the clusters whose series Thanos has. */
            senders: z.array(z.string().min(1)).min(1),
            /** Interval of scrapes, rules and federation, in seconds. */
            scrapeSeconds: z.number().positive().default(15),
        })
        .nullish(),
    kubeconfigs: z.record(z.string(), z.string().min(1)),
});

/** A fleet as its stack's outputs describe it: everything that verify needs to ask the clusters. */
export type LiveFleet = z.output<typeof outputs> & {
    /** Name of the stack, for the report. */
    readonly stack: string;
};

/** The metrics stack of a fleet that has one. */
export type LiveMetrics = NonNullable<LiveFleet["metrics"]>;

/** What Pulumi prints in the place of a secret. */
const MASKED = "[secret]";

/**
 * The fleet that a stack's outputs describe.
 * Throws an error that lists everything that is wrong with the outputs, and the fix.
 */
export function parseFleet(stack: string, raw: unknown): LiveFleet {
    const parsed = outputs.safeParse(raw);
    if (!parsed.success) {
        const problems = parsed.error.issues.map(
            ({ path, message }) => `${path.map(String).join(".") || "outputs"}: ${message}`,
        );
        const fix = "Run `pulumi up` (or `npm start`) until it succeeds, then verify again.";
        throw new Error(describe(stack, problems, fix));
    }
    const problems = crossCheck(parsed.data);
    if (problems.length > 0) {
        const fix = "Read them with `pulumi stack output --json --show-secrets`.";
        throw new Error(describe(stack, problems, fix));
    }
    return { stack, ...parsed.data };
}

/** Names of the fleet's clusters, sorted. */
export function clusterNames(fleet: LiveFleet): string[] {
    return Object.keys(fleet.clusters).sort();
}

/** The primary of every cluster, sorted by the cluster's name. */
export function rolesOf(fleet: LiveFleet): Roles {
    return new Map(clusterNames(fleet).map((name) => [name, primaryOf(fleet, name)]));
}

/** Names of the clusters with an istiod of their own, sorted. */
export function primaryNames(fleet: LiveFleet): string[] {
    return clusterNames(fleet).filter((name) => primaryOf(fleet, name) === name);
}

/** Names of the clusters that another one's istiod serves, sorted. */
export function remoteNames(fleet: LiveFleet): string[] {
    return clusterNames(fleet).filter((name) => primaryOf(fleet, name) !== name);
}

/** Name of the cluster whose istiod serves a cluster. */
export function primaryOf(fleet: LiveFleet, cluster: string): string {
    return fleet.clusters[cluster]?.primary ?? cluster;
}

/** Address of a cluster's east-west gateway, if it has one. */
export function gatewayOf(fleet: LiveFleet, cluster: string): string | undefined {
    return fleet.clusters[cluster]?.gatewayAddress ?? undefined;
}

/** Names of the clusters that a cluster should discover services of, sorted. */
export function observedBy(fleet: LiveFleet, observing: string): string[] {
    return fleet.edges
        .filter((candidate) => candidate.observing === observing)
        .map(({ observed }) => observed)
        .sort();
}

/** The ordered pairs of clusters that have no edge. */
export function closedPairs(fleet: LiveFleet): Edge[] {
    return missingEdges(clusterNames(fleet), fleet.edges);
}

function crossCheck(fleet: z.output<typeof outputs>): string[] {
    const problems: string[] = [];
    for (const [name, { primary }] of Object.entries(fleet.clusters)) {
        if (!(primary in fleet.clusters)) {
            problems.push(`clusters.${name}.primary: names "${primary}", which is not in clusters`);
        }
        const kubeconfig = fleet.kubeconfigs[name];
        if (kubeconfig === undefined) problems.push(`kubeconfigs.${name}: is not there`);
        if (kubeconfig === MASKED) problems.push(`kubeconfigs.${name}: is masked`);
    }
    for (const [property, name] of namedClusters(fleet)) {
        if (name in fleet.clusters) continue;
        problems.push(`${property}: names "${name}", which is not in clusters`);
    }
    return problems;
}

/** Every place that names a cluster, beside the clusters themselves. */
function namedClusters({ edges, metrics }: z.output<typeof outputs>): [string, string][] {
    const ends = edges.flatMap(({ observing, observed }, i): [string, string][] => [
        [`edges.${String(i)}`, observing],
        [`edges.${String(i)}`, observed],
    ]);
    if (!metrics) return ends;
    const senders = metrics.senders.map((name, i): [string, string] => [
        `metrics.senders.${String(i)}`,
        name,
    ]);
    return [...ends, ["metrics.central", metrics.central], ...senders];
}

function describe(stack: string, problems: readonly string[], fix: string): string {
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    return `The outputs of stack "${stack}" are not those of a fleet:\n${list}\n${fix}`;
}
