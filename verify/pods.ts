// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import { PROXY } from "../plan/proxySecrets";
import type { ExecTarget } from "./exec";
import type { Kube } from "./kube";

const containerStatus = z.object({
    name: z.string(),
    ready: z.boolean().optional(),
    state: z
        .object({
            waiting: z
                .object({ reason: z.string().optional(), message: z.string().optional() })
                .optional(),
        })
        .optional(),
});

const container = z.object({
    name: z.string(),
    ports: z.array(z.object({ name: z.string().optional(), containerPort: z.number() })).optional(),
});

const pod = z.object({
    metadata: z.object({
        name: z.string(),
        namespace: z.string(),
        deletionTimestamp: z.string().optional(),
    }),
    spec: z.object({
        containers: z.array(container),
        initContainers: z.array(container).optional(),
    }),
    status: z
        .object({
            phase: z.string().optional(),
            podIP: z.string().optional(),
            conditions: z
                .array(
                    z.object({
                        type: z.string(),
                        status: z.string(),
                        reason: z.string().optional(),
                        message: z.string().optional(),
                    }),
                )
                .optional(),
            containerStatuses: z.array(containerStatus).optional(),
            initContainerStatuses: z.array(containerStatus).optional(),
        })
        .optional(),
});

/** What the checks look at in a pod. */
export type Pod = z.output<typeof pod>;

const podList = z.object({ items: z.array(pod) });

export function parsePod(raw: unknown): Pod {
    return pod.parse(raw);
}

/** The pods with a label in a namespace that are there to stay, sorted by name. */
export async function listPods(kube: Kube, namespace: string, labels: string): Promise<Pod[]> {
    const query = new URLSearchParams({ labelSelector: labels });
    const path = `/api/v1/namespaces/${namespace}/pods?${query.toString()}`;
    return podList
        .parse(await kube.json("GET", path))
        .items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
        .sort((a, b) => a.metadata.name.localeCompare(b.metadata.name));
}

/** The name that istiod knows a pod's proxy by. */
export function proxyName({ metadata }: Pod): string {
    return `${metadata.name}.${metadata.namespace}`;
}

export function isReady({ status }: Pod): boolean {
    return (status?.conditions ?? []).some(
        (condition) => condition.type === "Ready" && condition.status === "True",
    );
}

/** Why a pod isn't ready, as far as Kubernetes says. */
export function describePod({ metadata, status }: Pod): string {
    const statuses = [
        ...(status?.initContainerStatuses ?? []),
        ...(status?.containerStatuses ?? []),
    ];
    const waiting = statuses.find(({ state }) => {
        const reason = state?.waiting?.reason;
        // These two only say that it is not its turn yet.
        return reason !== undefined && !["PodInitializing", "ContainerCreating"].includes(reason);
    });
    const unscheduled = (status?.conditions ?? []).find(
        ({ type, status: value }) => type === "PodScheduled" && value === "False",
    );
    const unready = statuses.filter(({ ready }) => ready !== true).map(({ name }) => name);
    const reason = waiting?.state?.waiting
        ? `container ${waiting.name}: ${waiting.state.waiting.reason ?? ""} ${waiting.state.waiting.message ?? ""}`
        : (unscheduled?.message ??
          (unready.length > 0
              ? `not ready yet: ${unready.join(", ")}`
              : (status?.phase ?? "no status")));
    return `pod ${metadata.name} is not ready (${reason.trim()})`;
}

/** Whether a pod has a proxy: since Kubernetes 1.33 it is an init container that keeps running. */
export function hasProxy({ spec }: Pod): boolean {
    return [...spec.containers, ...(spec.initContainers ?? [])].some(({ name }) => name === PROXY);
}

/** An answer of the admin interface of the Envoy in a pod. */
export async function askProxy(kube: Kube, target: Pod["metadata"], path: string): Promise<string> {
    return kube.exec(inContainer(target, PROXY), ["pilot-agent", "request", "GET", path]);
}

/** An answer of a debug endpoint of an istiod, asked from inside, where it needs no credentials. */
export async function askIstiod(
    kube: Kube,
    target: Pod["metadata"],
    path: string,
): Promise<string> {
    const command = ["pilot-discovery", "request", "GET", path];
    return kube.exec(inContainer(target, "discovery"), command);
}

function inContainer({ namespace, name }: Pod["metadata"], container: string): ExecTarget {
    return { namespace, pod: name, container };
}

/** Every istiod of a primary. None at all is an error. */
export async function istiods(kube: Kube): Promise<Pod[]> {
    return readyPods(kube, "app=istiod", "istiod");
}

/** Every east-west gateway of a cluster that has one. None at all is an error. */
export async function eastWestGateways(kube: Kube): Promise<Pod[]> {
    // The chart labels the gateway's pods by its release name without `istio-`.
    return readyPods(kube, "istio=eastwestgateway", "east-west gateway");
}

async function readyPods(kube: Kube, labels: string, what: string): Promise<Pod[]> {
    const pods = await listPods(kube, ISTIO_NAMESPACE, labels);
    const ready = pods.filter(isReady);
    if (ready.length > 0) return ready;
    const [first] = pods;
    throw new Error(
        `${kube.cluster} has no ready ${what} in ${ISTIO_NAMESPACE}${first ? `: ${describePod(first)}` : ""}`,
    );
}
