// SPDX-License-Identifier: Apache-2.0
import type { FleetConfig } from "../config";
import { formatEdge, planEdges } from "./edges";
import type { ExistingFacts } from "./existingFacts";
import type { FleetPlan } from "./fleet";
import type { HostFacts } from "./hostFacts";
import { ISTIO_NAMESPACE } from "./namespaces";
import type { Problem } from "./problem";
import { printable } from "./shown";

/*
 * Primaries whose intermediate nobody has signed yet. They wait, and with them whatever needs them.
 */

/** Path of the file that a primary waits for, by its name. */
export type Waiting = ReadonlyMap<string, string>;

/** The config of what need not wait. It may have no cluster at all. */
export function withoutWaiting(config: FleetConfig, waiting: Waiting): FleetConfig {
    const clusters = config.clusters.filter(({ name, primary = name }) => !waiting.has(primary));
    const names = new Set(clusters.map(({ name }) => name));
    const { edges, metrics } = config;
    return {
        ...config,
        clusters,
        edges: edges === "full-mesh" ? edges : edgesAmong(names, edges, config.clusters),
        metrics: metrics && names.has(metrics.central) ? metrics : undefined,
    };
}

function edgesAmong(
    names: ReadonlySet<string>,
    edges: readonly string[],
    clusters: FleetConfig["clusters"],
): string[] {
    const all = clusters.map(({ name }) => name);
    return planEdges(edges, all)
        .edges.filter(({ observing, observed }) => names.has(observing) && names.has(observed))
        .map(formatEdge);
}

/**
 * Names of the clusters that this stack has made already, or has put its Istio into.
 *
 * @param owner value of NAMESPACE_LABEL (plan/labels.ts) on namespaces of this stack.
 */
export function liveClusters(
    { clusters }: FleetPlan,
    {
        kindNodes,
        existing,
    }: Pick<HostFacts, "kindNodes"> & { readonly existing: ReadonlyMap<string, ExistingFacts> },
    owner: string,
): Set<string> {
    const isLive = ({ name, host }: FleetPlan["clusters"][number]) => {
        if (host === "kind") return kindNodes.some(({ cluster }) => cluster === name);
        const facts = existing.get(name);
        const namespaces = facts?.reachable ? facts.namespaces : [];
        return namespaces.some((one) => one.name === ISTIO_NAMESPACE && one.owner === owner);
    };
    return new Set(clusters.filter(isLive).map(({ name }) => name));
}

/** Files that have gone, though what needs them is there: to leave that out would be to remove it. */
export function checkLost(plan: FleetPlan, waiting: Waiting, live: ReadonlySet<string>): Problem[] {
    return [...waiting].flatMap(([primary, path]) => {
        const lost = membersOf(plan, primary).filter((name) => live.has(name));
        if (lost.length === 0) return [];
        return [
            {
                property: "trust.externalRoot.intermediates",
                value: path,
                rule: `is not there, and without it ${lost.join(", ")} would be removed`,
                fix: `Put it back: the request is in stack output certificateRequests. Or take ${lost.join(", ")} out of clusters.`,
            },
        ];
    });
}

/** Who waits for what, for a person. */
export function describeWaiting(plan: FleetPlan, waiting: Waiting): string {
    const lines = [...waiting].map(([primary, path]) => {
        const [, ...remotes] = membersOf(plan, primary);
        const others = remotes.length > 0 ? ` (and its remotes ${remotes.join(", ")})` : "";
        return `  - ${primary}${others}: ${printable(path)}`;
    });
    const central = plan.clusters.find(({ name }) => name === plan.metrics?.central);
    const metrics =
        central && waiting.has(central.primary)
            ? [`  - metrics, which ${central.name} keeps: they wait with it`]
            : [];
    return [
        "Left out until an intermediate is signed; the requests are in stack output certificateRequests, and docs/trust.md says what to do with them:",
        ...lines,
        ...metrics,
    ].join("\n");
}

/** A primary, and then its remotes. */
function membersOf({ clusters }: FleetPlan, primary: string): string[] {
    const remotes = clusters.filter((one) => one.primary === primary && one.name !== primary);
    return [primary, ...remotes.map(({ name }) => name)];
}
