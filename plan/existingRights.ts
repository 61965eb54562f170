// SPDX-License-Identifier: Apache-2.0
import type { ExistingClusterPlan } from "./fleet";
import type { MetricsRole } from "./metricsRole";
import { ISTIO_NAMESPACE, METALLB_NAMESPACE, MONITORING_NAMESPACE } from "./namespaces";

/** One thing that a user may or may not do in a cluster. */
export interface Right {
    readonly verb: string;
    /** API group; empty for the core group. */
    readonly group: string;
    /** Plural name. */
    readonly resource: string;
    /** Undefined for what is cluster-scoped, or in every namespace. */
    readonly namespace?: string;
}

/** Everything, everywhere: what cluster-admin has. */
export const EVERYTHING: Right = { verb: "*", group: "*", resource: "*" };

/**
 * What it takes to ask proxies for their certificates. Only a change of roots does that, so they are no
 * rights that every update asks for (`rightsFor`).
 */
export const PROXY_RIGHTS: readonly Right[] = [
    ...["get", "list"].map((verb) => ({ verb, group: "", resource: "pods" })),
    // kubectl gets a WebSocket, and where there is none it creates a stream.
    ...["get", "create"].map((verb) => ({ verb, group: "", resource: "pods/exec" })),
];

/** Verbs for resources of an API group. */
interface Grant {
    readonly verbs: readonly string[];
    readonly group: string;
    readonly resources: readonly string[];
}

const RBAC = "rbac.authorization.k8s.io";

/** The provider applies server-side, which is patch and create, and watches what it makes and deletes. */
const MANAGE = ["get", "list", "watch", "create", "patch", "delete"];
const AWAIT = ["list", "watch"];
/** Roles are made with rights that their maker need not have, and bound. */
const EMPOWER = ["escalate", "bind"];

/** Outside of namespaces, whatever the cluster gets. */
const CLUSTER_WIDE: readonly Grant[] = [
    { verbs: MANAGE, group: "", resources: ["namespaces"] },
    { verbs: MANAGE, group: "apiextensions.k8s.io", resources: ["customresourcedefinitions"] },
    {
        verbs: MANAGE,
        group: "admissionregistration.k8s.io",
        resources: ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
    },
    { verbs: MANAGE, group: RBAC, resources: ["clusterroles", "clusterrolebindings"] },
    { verbs: EMPOWER, group: RBAC, resources: ["clusterroles"] },
    // What istiod writes to every namespace is taken away after it.
    { verbs: ["list", "delete"], group: "", resources: ["configmaps"] },
    // Read before anything is made.
    { verbs: ["list"], group: "", resources: ["nodes"] },
    { verbs: ["list"], group: "apps", resources: ["deployments"] },
];

/** What all of it takes, charts and metrics alike, in each namespace. */
const OF_ALL: readonly Grant[] = [
    {
        verbs: MANAGE,
        group: "",
        resources: ["secrets", "serviceaccounts", "configmaps", "services"],
    },
    { verbs: MANAGE, group: "apps", resources: ["deployments"] },
    { verbs: MANAGE, group: RBAC, resources: ["roles", "rolebindings"] },
    { verbs: EMPOWER, group: RBAC, resources: ["roles"] },
    // The provider looks on while a Deployment comes up.
    { verbs: AWAIT, group: "", resources: ["pods", "persistentvolumeclaims"] },
    { verbs: AWAIT, group: "apps", resources: ["replicasets"] },
];

const OF_ISTIO: readonly Grant[] = [
    { verbs: MANAGE, group: "networking.istio.io", resources: ["gateways", "virtualservices"] },
];

/** Of edges whose tokens expire: one is asked for, and then every istiod whether it uses it. */
const OF_TOKENS: readonly Grant[] = [
    { verbs: ["create"], group: "", resources: ["serviceaccounts/token"] },
    { verbs: ["get"], group: "", resources: ["pods/log"] },
    { verbs: ["get", "create"], group: "", resources: ["pods/exec"] },
];

/** A remote has its primary's address in the place of an istiod. */
const OF_REMOTES: readonly Grant[] = [
    { verbs: MANAGE, group: "discovery.k8s.io", resources: ["endpointslices"] },
];

const OF_METALLB: readonly Grant[] = [
    { verbs: MANAGE, group: "apps", resources: ["daemonsets"] },
    { verbs: MANAGE, group: "metallb.io", resources: ["ipaddresspools", "l2advertisements"] },
];

/** Read before anything is made, where volumes would be claimed. */
const OF_STORAGE: readonly Grant[] = [
    { verbs: ["list"], group: "storage.k8s.io", resources: ["storageclasses"] },
];

const OF_METRICS: readonly Grant[] = [
    {
        verbs: MANAGE,
        group: "monitoring.coreos.com",
        resources: [
            "prometheuses",
            "servicemonitors",
            "podmonitors",
            "prometheusrules",
            "scrapeconfigs",
        ],
    },
    // Without a look at them the provider waits ten minutes for a Service that is no chart's.
    { verbs: AWAIT, group: "", resources: ["endpoints"] },
];

/**
 * Thanos and Grafana. Of a StatefulSet the provider looks at the pods alone. Budgets come with
 * several replicas of Receive, which may come later.
 */
const OF_CENTRAL_METRICS: readonly Grant[] = [
    { verbs: MANAGE, group: "apps", resources: ["statefulsets"] },
    { verbs: MANAGE, group: "policy", resources: ["poddisruptionbudgets"] },
    { verbs: MANAGE, group: "networking.k8s.io", resources: ["networkpolicies"] },
];

/** Who may write to Thanos. */
const OF_ADMISSION: readonly Grant[] = [
    {
        verbs: MANAGE,
        group: "security.istio.io",
        resources: ["authorizationpolicies", "peerauthentications"],
    },
];

/**
 * What the fleet does in a cluster. Not what Helm values of the user's or a bundle's telemetry bring
 * beyond, such as autoscalers: to ask for more than is needed would refuse clusters that can be used.
 */
export function rightsFor(
    cluster: Pick<
        ExistingClusterPlan,
        "name" | "primary" | "addressPool" | "expiringTokens" | keyof MetricsRole
    >,
): Right[] {
    const remote = cluster.primary === cluster.name ? [] : OF_REMOTES;
    const tokens = cluster.expiringTokens ? OF_TOKENS : [];
    const istio = [...OF_ALL, ...OF_ISTIO, ...remote, ...tokens];
    const metalLb = cluster.addressPool === undefined ? [] : [...OF_ALL, ...OF_METALLB];
    return [
        ...CLUSTER_WIDE.flatMap((grant) => rights(grant)),
        ...(cluster.claimsVolumes ? OF_STORAGE : []).flatMap((grant) => rights(grant)),
        ...istio.flatMap((grant) => rights(grant, ISTIO_NAMESPACE)),
        ...metalLb.flatMap((grant) => rights(grant, METALLB_NAMESPACE)),
        ...forMetrics(cluster).flatMap((grant) => rights(grant, MONITORING_NAMESPACE)),
    ];
}

function forMetrics({ measured, keepsMetrics, admitsSenders }: MetricsRole): Grant[] {
    if (!measured) return [];
    const central = keepsMetrics ? OF_CENTRAL_METRICS : [];
    const admission = admitsSenders ? OF_ADMISSION : [];
    return [...OF_ALL, ...OF_METRICS, ...central, ...admission];
}

function rights({ verbs, group, resources }: Grant, namespace?: string): Right[] {
    const scope = namespace === undefined ? {} : { namespace };
    return resources.flatMap((resource) =>
        verbs.map((verb) => ({ verb, group, resource, ...scope })),
    );
}

/** Rights in words: resources of one place that have the same verbs are said together. */
export function describeRights(all: readonly Right[]): string {
    const places = groupBy(all, ({ namespace }) => namespace ?? "");
    const texts = [...places].flatMap(([namespace, here]) => {
        const where = namespace === "" ? "" : ` in namespace ${namespace}`;
        const resources = [...groupBy(here, nameOf)].map(([name, of]) => ({
            name,
            verbs: of.map(({ verb }) => verb).join(", "),
        }));
        return [...groupBy(resources, ({ verbs }) => verbs)].map(
            ([verbs, of]) => `${verbs} ${of.map(({ name }) => name).join(", ")}${where}`,
        );
    });
    return texts.join("; ");
}

function nameOf({ group, resource }: Right): string {
    return group === "" ? resource : `${resource}.${group}`;
}

/** Items by key, in the order in which the keys come. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        groups.set(key, [...(groups.get(key) ?? []), item]);
    }
    return groups;
}
