// SPDX-License-Identifier: Apache-2.0
import type { ReachableCluster } from "./existingFacts";
import { commandFor, pathOf } from "./existingNames";
import type { ExistingClusterPlan, FleetPlan } from "./fleet";
import type { Problem } from "./problem";

/** Annotation of the storage class that a volume gets by itself. */
export const DEFAULT_CLASS_ANNOTATION = "storageclass.kubernetes.io/is-default-class";

/**
 * A cluster whose metrics would claim volumes that nothing provides. Refused, not done without: a
 * class that is away for one run would have every volume deleted.
 *
 * @param index the cluster's place in the config's list of clusters.
 */
export function checkStorage(
    cluster: ExistingClusterPlan,
    index: number,
    { defaultStorageClass }: Pick<ReachableCluster, "defaultStorageClass">,
): Problem[] {
    // What may not be read is among the missing rights.
    if (!cluster.claimsVolumes || defaultStorageClass !== false) return [];
    const annotate = `${commandFor(cluster)} annotate --overwrite storageclass NAME ${DEFAULT_CLASS_ANNOTATION}=true`;
    return [
        {
            property: pathOf(index, "kubeconfig"),
            value: cluster.kubeconfig,
            rule: "leads to a cluster without a default storage class, which the metrics' volumes need",
            fix: `Make one of its storage classes the default by "${annotate}", or say metrics.volumes: false: samples are then lost with their pods.`,
        },
    ];
}

/** A warning where the metrics have no volumes. */
export function storageWarnings({ metrics }: Pick<FleetPlan, "metrics">): string[] {
    if (metrics === undefined || metrics.volumes) return [];
    const { central, objectStore } = metrics;
    const rest = objectStore === undefined ? "" : " that are not in the object store yet";
    return [
        "metrics.volumes is false: when a pod is replaced its cluster's metrics are lost, " +
            `and in the central cluster "${central}" those of the fleet${rest}.`,
    ];
}
