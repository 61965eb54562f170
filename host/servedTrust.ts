// SPDX-License-Identifier: Apache-2.0
import type { ExistingFacts } from "../plan/existingFacts";
import { PROXY_RIGHTS } from "../plan/existingRights";
import type { ExternalRoot } from "../plan/externalRoot";
import type { ClusterPlan, FleetPlan } from "../plan/fleet";
import type { KindNode } from "../plan/hostFacts";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { Problem } from "../plan/problem";
import { type LiveTrust, type ServedTrust, acceptedTrust, storedTrust } from "../plan/servedTrust";
import { checkTrust } from "../plan/trustGate";
import { changesTrust } from "../plan/trustRules";
import { trustTarget } from "../plan/trustTarget";
import { type Access, NoAnswer, type NodeAccess, kubectl } from "./kubectl";
import { readProxies } from "./proxies";

/** The clusters that are there. */
export interface PresentClusters {
    /** Nodes of kind clusters, those of the fleet among them. */
    readonly kindNodes: readonly KindNode[];
    /** The existing clusters by name. What was not looked at, is asked. */
    readonly existing: ReadonlyMap<string, ExistingFacts>;
}

/**
 * Why an update would have workloads refuse each other (plan/trustGate.ts). One that changes no root
 * costs a process for each cluster; only for a change are all proxies asked.
 *
 * @param external what there is of a root that is kept elsewhere.
 * @param present kind clusters of the planned names must be known to be the fleet's own.
 */
export async function trustProblems(
    plan: FleetPlan,
    external: ExternalRoot | undefined,
    present: PresentClusters,
): Promise<Problem[]> {
    const target = trustTarget(plan, external);
    const stored = await servedTrust(plan, present, { proxies: false });
    if (!changesTrust(target, stored)) return [];
    return checkTrust(target, await servedTrust(plan, present, { proxies: true }));
}

/**
 * What the clusters of a fleet serve, all asked at once. Those that are not there yet are left out, and
 * those without Istio.
 *
 * @param options.proxies whether proxies are asked too, which takes a while.
 */
export async function servedTrust(
    plan: Pick<FleetPlan, "clusters">,
    present: PresentClusters,
    options: { readonly proxies: boolean },
): Promise<ServedTrust[]> {
    const found = await Promise.all(
        plan.clusters.map((cluster) => askCluster(cluster, present, options.proxies)),
    );
    return found.filter((served) => served !== undefined);
}

async function askCluster(
    plan: ClusterPlan,
    present: PresentClusters,
    proxies: boolean,
): Promise<ServedTrust | undefined> {
    const { name: cluster } = plan;
    const access = accessTo(plan, present);
    if (access === undefined) return undefined;
    const unasked = { cluster, asked: false, missing: [] } as const;
    if (typeof access === "string") return { ...unasked, reason: access };
    let live: LiveTrust | undefined;
    try {
        live = await readObjects(cluster, access);
        if (!live || !proxies) return live;
        return { ...live, proxies: await readProxies(access) };
    } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        const missing = live && error.forbidden ? PROXY_RIGHTS : [];
        return { ...unasked, reason: error.message, missing };
    }
}

/** How a cluster is reached, or why it is not; undefined where there is nothing to ask. */
function accessTo(
    cluster: ClusterPlan,
    { kindNodes, existing }: PresentClusters,
): Access | NodeAccess | string | undefined {
    const { name } = cluster;
    if (cluster.host === "kind") {
        const node = kindNodes.find((candidate) => candidate.cluster === name);
        if (!node) return undefined;
        return node.running ? { node: `${name}-control-plane` } : "its node is stopped";
    }
    const facts = existing.get(name);
    if (facts && !facts.reachable) return facts.reason;
    const bare = facts && !facts.namespaces.some((one) => one.name === ISTIO_NAMESPACE);
    return bare ? undefined : cluster;
}

/** All but the intermediate's key, which is not for our eyes. A tab is in none of them. */
const FIELDS = ["ca-cert", "cert-chain", "root-cert"]
    .map((name) => `{"\\t"}{.data.${name}\\.pem}`)
    .join("");

/** What istiod is to use and what it uses; undefined where it has nothing of either. */
async function readObjects(
    cluster: string,
    access: Access | NodeAccess,
): Promise<LiveTrust | undefined> {
    const text = await kubectl(access, [
        "get",
        "secret/cacerts",
        "configmap/istio-ca-root-cert",
        "--namespace",
        ISTIO_NAMESPACE,
        "--ignore-not-found",
        `--output=jsonpath={range .items[*]}{.kind}${FIELDS}{"\\t"}{end}`,
    ]);
    const parts = text.split("\t");
    const fieldsOf = (kind: string) => {
        const start = parts.indexOf(kind);
        return start < 0 ? undefined : parts.slice(start + 1, start + 4);
    };
    const [secret, configMap] = [fieldsOf("Secret"), fieldsOf("ConfigMap")];
    if (!secret && !configMap) return undefined;
    const [ca = "", chain = "", roots = ""] = (secret ?? []).map(decode);
    const files = { "ca-cert.pem": ca, "cert-chain.pem": chain, "root-cert.pem": roots };
    const stored = secret && storedTrust(files);
    const accepted = configMap && acceptedTrust(configMap[2] ?? "", stored);
    return { cluster, asked: true, stored, accepted, proxies: undefined };
}

function decode(base64: string): string {
    return Buffer.from(base64, "base64").toString("utf8");
}
