// SPDX-License-Identifier: Apache-2.0
import { type ExistingCluster, checkExistingClusters } from "../plan/existingCheck";
import type { ExistingFacts, ObjectName } from "../plan/existingFacts";
import { rightsFor } from "../plan/existingRights";
import type { ExistingClusterPlan, FleetPlan } from "../plan/fleet";
import type { Problem } from "../plan/problem";
import { missingRights } from "./accessReview";
import {
    readControllers,
    readDefaultStorageClass,
    readMetalLbs,
    readNamespaces,
    readNodes,
    readOtherCrds,
} from "./existingObjects";
import { viewContext } from "./kubeconfig";
import { NoAnswer } from "./kubectl";

/**
 * Looks at the clusters that somebody else made, all at once.
 *
 * @param clusters the config's, for the places that problems name.
 * @param owner value of NAMESPACE_LABEL (plan/labels.ts) on namespaces of this stack.
 */
export async function existingClusters(
    plan: FleetPlan,
    clusters: readonly { readonly name: string }[],
    owner: string,
): Promise<{ facts: Map<string, ExistingFacts>; problems: Problem[] }> {
    const placed = plan.clusters
        .filter((cluster) => cluster.host === "existing")
        .map((cluster) => ({
            cluster,
            index: clusters.findIndex(({ name }) => name === cluster.name),
            observed: plan.edges.some(({ observed }) => observed === cluster.name),
        }))
        // The plan has them by name.
        .sort((a, b) => a.index - b.index);
    const found = await Promise.all(
        placed.map(async (place): Promise<ExistingCluster> => ({
            ...place,
            facts: await existingFacts(place.cluster, owner),
        })),
    );
    return {
        facts: new Map(found.map(({ cluster, facts }) => [cluster.name, facts])),
        problems: checkExistingClusters(found, owner),
    };
}

/** What a cluster that somebody else made has already, or why it cannot be looked at. */
export async function existingFacts(
    cluster: ExistingClusterPlan,
    owner: string,
): Promise<ExistingFacts> {
    try {
        return await look(cluster, owner);
    } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        return { reachable: false, why: error.why, reason: error.message };
    }
}

async function look(cluster: ExistingClusterPlan, owner: string): Promise<ExistingFacts> {
    const context = await viewContext(cluster);
    const { allowed, refusals } = collectRefusals();
    // Alone and first: a cluster that does not answer is asked once.
    const { uid, namespaces } = await allowed(readNamespaces(cluster), { uid: "", namespaces: [] });
    const [nodes, controllers, metalLbs, otherCrds, defaultStorageClass, missing] =
        await Promise.all([
            allowed(readNodes(cluster), []),
            allowed(readControllers(cluster), { istiods: [], metalLbs: [], injectors: [] }),
            cluster.addressPool === undefined ? [] : allowed(readMetalLbs(cluster), []),
            allowed(readOtherCrds(cluster, owner), []),
            cluster.claimsVolumes
                ? allowed(readDefaultStorageClass(cluster), undefined)
                : undefined,
            missingRights(cluster, rightsFor(cluster)),
        ]);
    const [refusal] = refusals;
    if (refusal && missing.length === 0) throw refusal;
    return {
        reachable: true,
        ...context,
        uid,
        nodes,
        namespaces,
        ...controllers,
        metalLbs: [...controllers.metalLbs, ...without(metalLbs, controllers.metalLbs)],
        otherCrds,
        defaultStorageClass,
        missing,
    };
}

/** Notes what may not be read, which is among the missing rights, and goes on with something else. */
function collectRefusals() {
    const refusals: NoAnswer[] = [];
    const allowed = <T>(answer: Promise<T>, otherwise: T): Promise<T> =>
        answer.catch((error: unknown) => {
            if (!(error instanceof NoAnswer && error.forbidden)) throw error;
            refusals.push(error);
            return otherwise;
        });
    return { allowed, refusals };
}

/** One may have both labels that it is looked for by. */
function without(names: readonly ObjectName[], others: readonly ObjectName[]): ObjectName[] {
    return names.filter(
        ({ namespace, name }) =>
            !others.some((other) => other.namespace === namespace && other.name === name),
    );
}
