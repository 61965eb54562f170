// SPDX-License-Identifier: Apache-2.0
import type { ReachableCluster } from "./existingFacts";
import { pathOf } from "./existingNames";
import type { ExistingClusterPlan } from "./fleet";
import { ISTIO_NAMESPACE, METALLB_NAMESPACE, MONITORING_NAMESPACE } from "./namespaces";
import type { Problem } from "./problem";
import { several } from "./several";

/**
 * What others have in an existing cluster of what the fleet would put there.
 *
 * @param index the cluster's place in the config's list of clusters.
 * @param owner value of NAMESPACE_LABEL (plan/labels.ts) on namespaces of ours.
 */
export function checkOthers(
    cluster: ExistingClusterPlan,
    index: number,
    owner: string,
    facts: ReachableCluster,
): Problem[] {
    return [
        ...checkIstio(cluster, index, owner, facts),
        ...checkMetalLb(cluster, index, owner, facts),
        ...checkMonitoring(cluster, index, owner, facts),
    ];
}

/** Groups of the CRDs that chart base brings. */
const ISTIO_GROUPS = [
    "extensions.istio.io",
    "networking.istio.io",
    "security.istio.io",
    "telemetry.istio.io",
];

function checkIstio(
    { kubeconfig }: ExistingClusterPlan,
    index: number,
    owner: string,
    facts: ReachableCluster,
): Problem[] {
    const ours = isOurs(facts, ISTIO_NAMESPACE, owner);
    // What is in a namespace of ours is ours. A remote's webhooks may call its primary by a URL.
    const istiods = facts.istiods.filter(({ namespace }) => !ours || namespace !== ISTIO_NAMESPACE);
    const injectors = facts.injectors.filter(
        ({ namespace = ISTIO_NAMESPACE }) => !ours || namespace !== ISTIO_NAMESPACE,
    );
    const found = [
        ...otherNamespace(facts, ISTIO_NAMESPACE, owner),
        ...istiods.map(({ namespace, name }) => `Deployment ${namespace}/${name}`),
        ...injectors.map(({ name }) => `MutatingWebhookConfiguration ${name}`),
        ...otherCrds(facts, ISTIO_GROUPS),
    ];
    if (found.length === 0) return [];
    return [
        {
            property: pathOf(index, "kubeconfig"),
            value: kubeconfig,
            rule: `leads to a cluster with an Istio, or what is left of one, that this stack did not make: ${found.join("; ")}`,
            fix: `Take it ${removal(facts, ISTIO_NAMESPACE, owner)}, or leave this cluster out of the fleet: two Istios would change, and delete, each other's objects.`,
        },
    ];
}

function checkMetalLb(
    { addressPool }: ExistingClusterPlan,
    index: number,
    owner: string,
    facts: ReachableCluster,
): Problem[] {
    if (addressPool === undefined) return [];
    const ours = isOurs(facts, METALLB_NAMESPACE, owner);
    const controllers = facts.metalLbs.filter(
        ({ namespace }) => !ours || namespace !== METALLB_NAMESPACE,
    );
    const found = [
        ...otherNamespace(facts, METALLB_NAMESPACE, owner),
        ...controllers.map(({ namespace, name }) => `Deployment ${namespace}/${name}`),
        ...otherCrds(facts, ["metallb.io"]),
    ];
    if (found.length === 0) return [];
    return [
        {
            property: pathOf(index, "loadBalancer"),
            value: { addresses: addressPool },
            rule: `asks for MetalLB in a cluster with one, or what is left of one, that this stack did not make: ${found.join("; ")}`,
            fix: `Say loadBalancer: provided if it gives services their addresses; otherwise take it ${removal(facts, METALLB_NAMESPACE, owner)}.`,
        },
    ];
}

/** What is in the namespace, and every object of the CRDs' kinds, would go with the fleet. */
function checkMonitoring(
    { kubeconfig, measured }: ExistingClusterPlan,
    index: number,
    owner: string,
    facts: ReachableCluster,
): Problem[] {
    if (!measured) return [];
    const found = [
        ...otherNamespace(facts, MONITORING_NAMESPACE, owner),
        ...otherCrds(facts, ["monitoring.coreos.com"]),
    ];
    if (found.length === 0) return [];
    return [
        {
            property: pathOf(index, "kubeconfig"),
            value: kubeconfig,
            rule: `leads to a cluster with monitoring, or what is left of it, that this stack did not make: ${found.join("; ")}`,
            fix: `Take it ${removal(facts, MONITORING_NAMESPACE, owner)}, or leave this cluster out of the fleet, or drop \`metrics\`: this stack would change what is there, and delete it with the fleet.`,
        },
    ];
}

function isOurs({ namespaces }: ReachableCluster, namespace: string, owner: string): boolean {
    return namespaces.find(({ name }) => name === namespace)?.owner === owner;
}

/** The namespace in words, if it is there and somebody else's. */
function otherNamespace(
    { namespaces }: ReachableCluster,
    namespace: string,
    owner: string,
): string[] {
    const others = namespaces.filter(({ name, owner: its }) => name === namespace && its !== owner);
    return others.map(({ name, owner: its }) =>
        its === undefined ? `namespace ${name}` : `namespace ${name} of stack ${its}`,
    );
}

/** How something of somebody else's is taken out, after "take it". */
function removal({ namespaces }: ReachableCluster, namespace: string, owner: string): string {
    const other = namespaces.find(({ name }) => name === namespace)?.owner;
    return other === undefined || other === owner
        ? "out with what put it in, CustomResourceDefinitions included"
        : `out by "pulumi destroy" of stack ${other}`;
}

function otherCrds({ otherCrds: crds }: ReachableCluster, groups: readonly string[]): string[] {
    const names = crds.filter((name) => groups.includes(name.slice(name.indexOf(".") + 1)));
    return names.length === 0 ? [] : [`CustomResourceDefinitions ${several(names)}`];
}
