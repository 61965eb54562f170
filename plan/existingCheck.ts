// SPDX-License-Identifier: Apache-2.0
import { checkAddresses, checkServer } from "./existingAddresses";
import type { ExistingFacts, ReachableCluster, UnreachableCluster } from "./existingFacts";
import { commandFor, pathOf, quote } from "./existingNames";
import { checkOthers } from "./existingOthers";
import { describeRights } from "./existingRights";
import { checkStorage } from "./existingStorage";
import type { ExistingClusterPlan, FleetPlan } from "./fleet";
import { memberOf } from "./labels";
import { ISTIO_NAMESPACE } from "./namespaces";
import type { Problem } from "./problem";

/** An existing cluster of the config, and what it was found to be. */
export interface ExistingCluster {
    readonly cluster: ExistingClusterPlan;
    /** Its place in the config's list of clusters. */
    readonly index: number;
    /** Whether the istiod of another cluster reads from its API server. */
    readonly observed: boolean;
    readonly facts: ExistingFacts;
}

/** What tells a cluster from all others, by whatever kubeconfig it is reached. */
export function existingIdentity(facts: ExistingFacts): string {
    if (facts.reachable && facts.uid !== "") return facts.uid;
    throw new Error("a cluster that was refused has no identity");
}

/**
 * What stands in the way of using clusters that somebody else made.
 *
 * @param owner value of NAMESPACE_LABEL (plan/labels.ts) on namespaces of ours.
 */
export function checkExistingClusters(
    clusters: readonly ExistingCluster[],
    owner: string,
): Problem[] {
    return [
        ...clusters.flatMap((existing) => checkCluster(existing, owner)),
        ...sameClusters(clusters),
    ];
}

/**
 * Refuses runs that record nothing before their end, where clusters outlive the fleet: what a killed
 * one had put into such a cluster would be in no state, and nobody could take it out.
 *
 * @param setting of PULUMI_SKIP_CHECKPOINTS.
 */
export function checkCheckpoints(
    { clusters }: Pick<FleetPlan, "clusters">,
    setting: string | undefined,
): Problem[] {
    if (!["true", "1"].includes(setting ?? "")) return [];
    if (!clusters.some(({ host }) => host === "existing")) return [];
    return [
        {
            property: "PULUMI_SKIP_CHECKPOINTS",
            value: setting,
            rule: "must not be set for a fleet with existing clusters: a killed run would leave in them what no state knows of",
            fix: "unset PULUMI_SKIP_CHECKPOINTS",
        },
    ];
}

function checkCluster(existing: ExistingCluster, owner: string): Problem[] {
    const { cluster, index, observed, facts } = existing;
    if (!facts.reachable) return [unreachable(cluster, index, facts)];
    // Whose an Istio is, its namespace says, if that may be read.
    const others =
        facts.uid === ""
            ? []
            : [
                  ...checkMember(cluster, index, owner, facts),
                  ...checkOthers(cluster, index, owner, facts),
              ];
    return [
        ...checkRights(cluster, index, facts),
        ...(observed ? checkServer(cluster, pathOf(index, "server"), facts) : []),
        ...others,
        ...checkStorage(cluster, index, facts),
        ...checkAddresses(cluster, pathOf(index, "loadBalancer.addresses"), facts),
    ];
}

function unreachable(
    cluster: ExistingClusterPlan,
    index: number,
    { why, reason }: UnreachableCluster,
): Problem {
    const { kubeconfig, context } = cluster;
    const file = { property: pathOf(index, "kubeconfig"), value: kubeconfig };
    switch (why) {
        case "kubectl":
            return {
                ...file,
                rule: `is used through kubectl, but ${reason}`,
                fix: "Install kubectl: https://kubernetes.io/docs/tasks/tools/.",
            };
        case "kubeconfig":
            return {
                ...file,
                rule: `must be a kubeconfig that kubectl can use, but ${reason}`,
                fix: "Give its path, from this folder or absolute.",
            };
        case "context":
            return {
                property: pathOf(index, "context"),
                value: context,
                rule: `must be a context of ${kubeconfig}, but ${reason}`,
                fix: `"kubectl config get-contexts ${quote(`--kubeconfig=${kubeconfig}`)}" lists them.`,
            };
        case "server":
            return {
                ...file,
                rule: `must lead to a cluster that answers, but ${reason}`,
                fix: `"${commandFor(cluster)} get namespaces" has to work first.`,
            };
    }
}

function checkRights(
    cluster: ExistingClusterPlan,
    index: number,
    { missing }: ReachableCluster,
): Problem[] {
    if (missing.length === 0) return [];
    return [
        {
            property: pathOf(index, "kubeconfig"),
            value: cluster.kubeconfig,
            rule: `has a user that may not ${describeRights(missing)}`,
            fix: `Bind that user to cluster-admin, or to a role with these rights. "${commandFor(cluster)} auth can-i --list" shows what it has.`,
        },
    ];
}

/**
 * Under another name or in another role every object would be another resource: the new one would
 * take over what is there, and the old one, deleted last, would take it away.
 */
function checkMember(
    cluster: ExistingClusterPlan,
    index: number,
    owner: string,
    { namespaces }: ReachableCluster,
): Problem[] {
    const was = namespaces.find(
        ({ name, owner: its }) => name === ISTIO_NAMESPACE && its === owner,
    );
    const member = memberOf(cluster);
    if (was?.member === undefined || was.member === member) return [];
    const words = (text: string) => `"${text.replace(".", '", a ')}`;
    return [
        {
            property: `clusters[${String(index)}]`,
            value: { name: cluster.name, primary: cluster.primary },
            rule: `is a cluster that this stack has as ${words(was.member)}, and would become ${words(member)}`,
            fix: "Leave it out for one `pulumi up`, which takes everything out of it, and add it again.",
        },
    ];
}

/** Two kubeconfigs, or two contexts, may lead to one cluster. */
function sameClusters(clusters: readonly ExistingCluster[]): Problem[] {
    const first = new Map<string, string>();
    return clusters.flatMap(({ cluster: { name, kubeconfig }, index, facts }) => {
        if (!facts.reachable || facts.uid === "") return [];
        const same = first.get(facts.uid);
        first.set(facts.uid, same ?? name);
        if (same === undefined) return [];
        return [
            {
                property: pathOf(index, "kubeconfig"),
                value: kubeconfig,
                rule: `leads to the cluster of "${same}" too`,
                fix: "Name every cluster once.",
            },
        ];
    });
}
