// SPDX-License-Identifier: Apache-2.0
import { type Edge, formatEdge } from "./edges";
import type { Problem } from "./problem";
import { nearest } from "./suggest";

/** A cluster as far as its role is concerned. */
export interface RoleConfig {
    readonly name: string;
    /** Name of the cluster whose istiod serves it. Defaults to its own. */
    readonly primary?: string | undefined;
}

/** Who serves whom: the primary of each cluster, by the cluster's name. A primary serves itself. */
export type Roles = ReadonlyMap<string, string>;

/** The role of every cluster, and what is wrong with them. */
export function planRoles(clusters: readonly RoleConfig[]): {
    readonly roles: Roles;
    readonly problems: readonly Problem[];
} {
    const roles = new Map(clusters.map(({ name, primary }) => [name, primary ?? name]));
    const primaries = [...roles.keys()].filter((name) => !isRemote(roles, name));
    const problems = clusters.flatMap(({ primary }, i) => {
        if (primary === undefined) return [];
        const property = `clusters[${String(i)}].primary`;
        const itsPrimary = roles.get(primary);
        if (itsPrimary === undefined) return [unknownPrimary(property, primary, primaries)];
        return itsPrimary === primary ? [] : [notAPrimary(property, primary, itsPrimary)];
    });
    return { roles, problems };
}

export function isRemote(roles: Roles, name: string): boolean {
    return roles.get(name) !== name;
}

/** Names of the clusters that a primary serves beside itself. */
export function remotesOf(roles: Roles, primary: string): string[] {
    return [...roles]
        .filter(([name, its]) => its === primary && name !== primary)
        .map(([name]) => name);
}

/**
 * The remote secrets that edges come down to. Only primaries have an istiod, so only they observe:
 * a primary always observes its remotes (https://istio.io/latest/docs/setup/install/multicluster/primary-remote_multi-network/),
 * and an edge from a remote says again what its primary's edges say, or is refused.
 */
export function planRemoteSecrets(
    edges: readonly Edge[],
    roles: Roles,
): { readonly edges: readonly Edge[]; readonly problems: readonly Problem[] } {
    const own = [...roles]
        .filter(([name, primary]) => name !== primary)
        .map(([name, primary]) => ({ observing: primary, observed: name }));
    const wanted = edges.filter(({ observing }) => !isRemote(roles, observing));
    const all = new Map([...own, ...wanted].map((edge) => [formatEdge(edge), edge]));
    const problems = edges.flatMap(({ observing, observed }) => {
        const primary = roles.get(observing) ?? observing;
        const via = { observing: primary, observed };
        if (primary === observing || observed === primary || all.has(formatEdge(via))) return [];
        return [notOfItsOwn({ observing, observed }, via)];
    });
    return { edges: [...all.values()], problems };
}

/**
 * Who discovers whose services: what a primary observes, its remotes discover too, and the primary
 * itself beside that.
 */
export function discoveries(remoteSecrets: readonly Edge[], roles: Roles): Edge[] {
    const seen = new Map<string, string[]>();
    for (const { observing, observed } of remoteSecrets) {
        const list = seen.get(observing) ?? [];
        list.push(observed);
        seen.set(observing, list);
    }
    return [...roles].flatMap(([observing, primary]) =>
        [primary, ...(seen.get(primary) ?? [])]
            .filter((observed) => observed !== observing)
            .map((observed) => ({ observing, observed })),
    );
}

function unknownPrimary(property: string, value: string, primaries: readonly string[]): Problem {
    const near = nearest(value, primaries);
    const others = primaries.length > 0 ? `Use one of: ${primaries.join(", ")}.` : "Remove it.";
    return {
        property,
        value,
        rule: "must be the name of a cluster of the fleet",
        fix: near ? `Did you mean "${near}"?` : others,
    };
}

function notAPrimary(property: string, value: string, itsPrimary: string): Problem {
    return {
        property,
        value,
        rule: `must be a primary, but is itself a remote of "${itsPrimary}"`,
        fix: `Name a cluster without a primary of its own, or remove the primary of "${value}".`,
    };
}

function notOfItsOwn({ observing, observed }: Edge, via: Edge): Problem {
    return {
        property: "edges",
        value: formatEdge({ observing, observed }),
        rule: `gives the remote "${observing}" an edge that its primary "${via.observing}" does not have; its istiod is its primary's`,
        fix: `Add "${formatEdge(via)}", or remove it.`,
    };
}
