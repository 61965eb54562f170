// SPDX-License-Identifier: Apache-2.0
import type { KindNode } from "./hostFacts";

/** Folder in a node under which its mark is mounted: MARK/<generation>-<hash of the config>. */
export const MARK = "/kind/istio-fleet";

/**
 * The generation of a cluster: what the live one says of itself, and a fresh one when there is none.
 * So the config of a live cluster stays the same from run to run, and that of a cluster which has
 * vanished changes, and Pulumi, whose Command cannot be refreshed, makes it again.
 */
export function generationOf(
    cluster: string,
    nodes: readonly KindNode[],
    fresh: () => string,
): string {
    const node = nodes.find((candidate) => candidate.cluster === cluster);
    const mark = node?.mounts.find((path) => path.startsWith(`${MARK}/`));
    return /^([0-9a-f]+)-/.exec(mark?.slice(MARK.length + 1) ?? "")?.[1] ?? fresh();
}
