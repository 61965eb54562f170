// SPDX-License-Identifier: Apache-2.0
import type { ExistingFacts } from "./existingFacts";
import { commandFor } from "./existingNames";
import type { ExistingClusterPlan, FleetPlan } from "./fleet";

/** Annotation of the storage class that a volume gets by itself. */
export const DEFAULT_CLASS_ANNOTATION = "storageclass.kubernetes.io/is-default-class";

/**
 * A warning for each existing cluster of a measured fleet that has no volumes for its metrics.
 *
 * @param existing what the existing clusters were found to be, by name.
 */
export function storageWarnings(
    { clusters, metrics }: Pick<FleetPlan, "clusters" | "metrics">,
    existing: ReadonlyMap<string, ExistingFacts>,
): string[] {
    if (metrics === undefined) return [];
    return clusters.flatMap((cluster) => {
        const facts = existing.get(cluster.name);
        if (cluster.host !== "existing" || !facts?.reachable || facts.defaultStorageClass) {
            return [];
        }
        return [describeNoStorage(cluster, metrics.objectStore !== undefined)];
    });
}

/** What comes of having no default storage class, and what to do. */
function describeNoStorage(cluster: ExistingClusterPlan, objectStore: boolean): string {
    const kept = objectStore
        ? "those of the fleet that are not in the object store yet"
        : "those of the fleet";
    const lost = cluster.keepsMetrics ? `its metrics, and ${kept},` : "its metrics";
    const kubectl = commandFor(cluster);
    return (
        `cluster "${cluster.name}" has no default storage class: ${lost} are lost when a pod is replaced. ` +
        `"${kubectl} get storageclasses" lists what it has; to keep metrics make one the default: ` +
        `"${kubectl} annotate --overwrite storageclass NAME ${DEFAULT_CLASS_ANNOTATION}=true".`
    );
}
