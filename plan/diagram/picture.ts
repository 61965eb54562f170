// SPDX-License-Identifier: Apache-2.0
import type { ClusterPlan, FleetPlan } from "../fleet";

/** A cluster as a picture shows it. */
export interface PictureCluster {
    readonly name: string;
    readonly isPrimary: boolean;
    /** Its role, who made it, and its nodes where a kind cluster has workers. */
    readonly about: string;
    /** Its east-west gateway; undefined for none. */
    readonly gateway: string | undefined;
}

/** An Istio network with its clusters. */
export interface PictureNetwork {
    readonly name: string;
    readonly clusters: readonly PictureCluster[];
}

/**
 * What joins two clusters: `discovers` one way, `discover` both ways, or `served`, from a remote to
 * its primary.
 */
export interface PictureLink {
    readonly kind: "discovers" | "discover" | "served";
    readonly from: string;
    readonly to: string;
}

/** What a picture of a fleet shows, whatever draws it. */
export interface Picture {
    readonly title: string;
    readonly networks: readonly PictureNetwork[];
    readonly links: readonly PictureLink[];
    /** What must be known to read it, beside what the kinds of links mean. */
    readonly notes: readonly string[];
}

/** What each kind of link says, read from its start to its end. */
export const MEANINGS: Readonly<Record<PictureLink["kind"], string>> = {
    discovers: "discovers services of",
    discover: "discover services of each other",
    served: "is served by the istiod of",
};

/** The picture of a fleet: the same for the same plan, networks and clusters sorted by name. */
export function pictureOf({ meshId, clusters, edges }: FleetPlan): Picture {
    const names = [...new Set(clusters.map(({ network }) => network))].sort();
    const networks = names.map((name) => ({
        name,
        clusters: clusters.filter(({ network }) => network === name).map(describeCluster),
    }));
    const remotes = clusters.filter(({ name, primary }) => name !== primary);
    return {
        title: `Mesh ${meshId}: ${count(clusters.length, "cluster")} on ${count(names.length, "network")}`,
        networks,
        links: [
            ...discoveryLinks(edges),
            ...remotes.map(({ name, primary }) => ({
                kind: "served" as const,
                from: name,
                to: primary,
            })),
        ],
        notes: [
            ...(edges.length > 0 ? ["Solid arrows are the remote secrets."] : []),
            // Drawn, it would hide what the config says behind as many arrows again for each remote.
            ...(remotes.length > 0
                ? ["Not drawn: a remote also discovers its primary, and what that discovers."]
                : []),
        ],
    };
}

/** The kinds of links that a picture has, in the order in which a legend names them. */
export function kindsIn({ links }: Picture): PictureLink["kind"][] {
    const kinds = ["discovers", "discover", "served"] as const;
    return kinds.filter((wanted) => links.some(({ kind }) => kind === wanted));
}

/** Two edges that are each other's reverse are one link, where the first of them stands. */
function discoveryLinks(edges: FleetPlan["edges"]): PictureLink[] {
    const has = new Set(edges.map(({ observing, observed }) => key(observing, observed)));
    return edges.flatMap(({ observing: from, observed: to }): PictureLink[] => {
        if (!has.has(key(to, from))) return [{ kind: "discovers", from, to }];
        return from < to ? [{ kind: "discover", from, to }] : [];
    });
}

/** A name holds no blank. */
const key = (from: string, to: string) => `${from} ${to}`;

function describeCluster(cluster: ClusterPlan): PictureCluster {
    const { name, primary, host, gateway, gatewayAddress } = cluster;
    const nodes = host === "kind" && cluster.workers > 0 ? cluster.workers + 1 : 0;
    const about = [
        name === primary ? "primary" : `remote of ${primary}`,
        host,
        ...(nodes > 0 ? [count(nodes, "node")] : []),
    ];
    return {
        name,
        isPrimary: name === primary,
        about: about.join(" · "),
        // Without a pool the cluster's own load balancer gives one, when the gateway is made.
        gateway: gateway ? `gateway ${gatewayAddress ?? "with a provided address"}` : undefined,
    };
}

function count(number: number, thing: string): string {
    return `${String(number)} ${thing}${number === 1 ? "" : "s"}`;
}
