// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";
import { type Edge, formatEdge, fullMesh } from "../../plan/edges";
import { clusterNames } from "./arbitraries";

/** A cluster as a stack's file has it. */
export interface RawCluster extends Record<string, unknown> {
    readonly name: string;
    readonly primary?: string;
    readonly network?: string;
}

/** What is drawn for the i-th cluster, whichever name it gets. */
const traits = fc.record({
    remote: fc.boolean(),
    primary: fc.nat(),
    existing: fc.boolean(),
    /** Place among the shared networks of its kind; undefined for one of its own. */
    network: fc.option(fc.nat(1), { nil: undefined }),
    provided: fc.boolean(),
    workers: fc.nat(15),
});
type Traits = typeof traits extends fc.Arbitrary<infer T> ? T : never;

/** Clusters that go together: primaries and remotes, kind and existing, on networks alone and shared. */
export function fleets({ min = 1, max = 8 } = {}): fc.Arbitrary<RawCluster[]> {
    return clusterNames(2048, { min, max }).chain((names) =>
        fc
            .array(traits, { minLength: names.length, maxLength: names.length })
            .map((drawn) => build(names, drawn)),
    );
}

function build(names: readonly string[], drawn: readonly Traits[]): RawCluster[] {
    // The first is a primary always, for remotes to have one.
    const primaries = names.filter((_, i) => i === 0 || drawn[i]?.remote !== true);
    return drawn.map(({ primary, existing, network, provided, workers }, i) => {
        const name = names[i] ?? "";
        const its = primaries[primary % primaries.length] ?? name;
        const shared = `${existing ? "lan" : "flat"}-${String(network)}`;
        return {
            name,
            ...(primaries.includes(name) ? {} : { primary: its }),
            ...(network === undefined ? {} : { network: shared }),
            ...(existing ? { existing: existingCluster(i, provided) } : { workers }),
        };
    });
}

function existingCluster(i: number, provided: boolean): Record<string, unknown> {
    const addresses = `192.168.${String(i)}.0/24`;
    return {
        kubeconfig: `./${String(i)}.kubeconfig`,
        loadBalancer: provided ? "provided" : { addresses },
    };
}

/** The primary of each cluster. */
export function primariesOf(clusters: readonly RawCluster[]): Map<string, string> {
    return new Map(clusters.map(({ name, primary }) => [name, primary ?? name]));
}

/** Edges that go together: a remote's are among its primary's. */
export function edgesOf(clusters: readonly RawCluster[]): fc.Arbitrary<string[]> {
    const primaries = primariesOf(clusters);
    const possible = fullMesh(clusters.map(({ name }) => name));
    return fc
        .subarray(possible)
        .map((edges) => edges.filter((edge) => isAllowed(edge, edges, primaries)).map(formatEdge));
}

function isAllowed(
    { observing, observed }: Edge,
    edges: readonly Edge[],
    primaries: ReadonlyMap<string, string>,
): boolean {
    const primary = primaries.get(observing);
    return (
        primary === observing ||
        primary === observed ||
        primaries.get(observed) === primary ||
        edges.some((edge) => edge.observing === primary && edge.observed === observed)
    );
}

/** A fleet, and edges for it: a list, or the full mesh. */
export function fleetsWithEdges(
    size: { min?: number; max?: number } = {},
): fc.Arbitrary<[RawCluster[], "full-mesh" | string[]]> {
    return fleets(size).chain((clusters) =>
        fc.tuple(
            fc.constant(clusters),
            fc.oneof(fc.constant("full-mesh" as const), edgesOf(clusters)),
        ),
    );
}
