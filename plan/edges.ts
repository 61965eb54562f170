// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "./problem";
import { nearest } from "./suggest";

/**
 * One direction of service discovery: the observing cluster's istiod reads the observed cluster's
 * API server, so workloads of the observing cluster reach services of the observed one.
 */
export interface Edge {
    readonly observing: string;
    readonly observed: string;
}

/** Every ordered pair of different clusters, or a list of `a -> b` and `a <-> b`. */
export type EdgesConfig = "full-mesh" | readonly string[];

const EDGE = /^\s*(\S+)\s+(<->|->)\s+(\S+)\s*$/;

/** How an edge is written, in messages and as a key. */
export function formatEdge({ observing, observed }: Edge): string {
    return `${observing} -> ${observed}`;
}

/** All ordered pairs of different names. */
export function fullMesh(names: readonly string[]): Edge[] {
    return names.flatMap((observing) =>
        names
            .filter((observed) => observed !== observing)
            .map((observed) => ({ observing, observed })),
    );
}

/** The ordered pairs that have no edge: what must stay closed. */
export function missingEdges(names: readonly string[], edges: readonly Edge[]): Edge[] {
    const present = new Set(edges.map(formatEdge));
    return fullMesh(names).filter((edge) => !present.has(formatEdge(edge)));
}

/** The edges of a config, each direction once, with everything that is wrong with the list. */
export function planEdges(
    config: EdgesConfig,
    names: readonly string[],
): { edges: Edge[]; problems: Problem[] } {
    if (config === "full-mesh") return { edges: fullMesh(names), problems: [] };
    const edges = new Map<string, Edge>();
    const problems: Problem[] = [];
    const known = new Set(names);
    config.forEach((text, i) => {
        const property = `edges[${String(i)}]`;
        const parsed = parseEdge(text, known, property);
        problems.push(...parsed.problems);
        for (const edge of parsed.edges) {
            const key = formatEdge(edge);
            if (edges.has(key)) problems.push(duplicate(property, text, key));
            edges.set(key, edge);
        }
    });
    return { edges: [...edges.values()], problems };
}

function parseEdge(
    text: string,
    names: ReadonlySet<string>,
    property: string,
): { edges: Edge[]; problems: Problem[] } {
    const [, left, arrow, right] = EDGE.exec(text) ?? [];
    if (left === undefined || right === undefined) {
        return { edges: [], problems: [notAnEdge(property, text)] };
    }
    const problems = [left, right]
        .filter((name) => !names.has(name))
        .map((name) => unknownCluster(property, text, name, [...names]));
    if (left === right) problems.push(selfEdge(property, text));
    if (problems.length > 0) return { edges: [], problems };
    const there = { observing: left, observed: right };
    const back = { observing: right, observed: left };
    return { edges: arrow === "<->" ? [there, back] : [there], problems };
}

function notAnEdge(property: string, value: string): Problem {
    return {
        property,
        value,
        rule: 'must be "a -> b" (a discovers services of b) or "a <-> b" (both ways)',
        fix: 'Write two cluster names with an arrow and spaces between them, or use edges: "full-mesh".',
    };
}

function unknownCluster(
    property: string,
    value: string,
    name: string,
    names: readonly string[],
): Problem {
    const near = nearest(name, names);
    return {
        property,
        value,
        rule: `names the cluster "${name}", which is not in clusters`,
        fix: near
            ? `Did you mean "${near}"?`
            : `Add it to clusters, or use one of: ${names.join(", ")}.`,
    };
}

function selfEdge(property: string, value: string): Problem {
    return {
        property,
        value,
        rule: "joins a cluster to itself",
        fix: "Remove it: a cluster always discovers its own services.",
    };
}

function duplicate(property: string, value: string, key: string): Problem {
    return {
        property,
        value,
        rule: `gives the edge "${key}" a second time`,
        fix: "Remove one of them.",
    };
}
