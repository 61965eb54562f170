// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Outcome } from "./context";
import { type DialAnswer, dialPath, parseDial } from "./dial";
import { type Kube, KubeError } from "./kube";
import { type Pod, describePod, hasProxy, isReady, parsePod } from "./pods";
import {
    ORDER_PORT,
    type Run,
    SERVICE_PORT,
    VERIFY_LABEL,
    isLeftover,
    namespaceManifest,
    podManifest,
    probeName,
    serviceAccountManifest,
    serviceManifest,
} from "./probeManifests";
import { fails, holds, reasonOf } from "./report";
import { type Patience, until } from "./until";

/** A running probe, and the service that leads to it and to nothing else. */
export interface Probe {
    readonly kube: Kube;
    readonly pod: Pod;
    /** Address of its service, in its own cluster's service subnet. */
    readonly address: string;
}

const service = z.object({ spec: z.object({ clusterIP: z.string().min(1) }) });

const namespaces = z.object({
    items: z.array(
        z.object({
            metadata: z.object({
                name: z.string(),
                annotations: z.record(z.string(), z.string()).optional(),
                creationTimestamp: z.string().optional(),
                deletionTimestamp: z.string().optional(),
            }),
        }),
    ),
});

/** Makes a cluster's probe and waits until it is ready. */
export async function startProbe(
    kube: Kube,
    run: Run,
    image: string,
    patience: Patience,
): Promise<Outcome<Probe>> {
    const { cluster } = kube;
    const base = `/api/v1/namespaces/${run.namespace}`;
    try {
        await kube.json("POST", "/api/v1/namespaces", namespaceManifest(run));
        await kube.json("POST", `${base}/serviceaccounts`, serviceAccountManifest(cluster));
        const made = await kube.json("POST", `${base}/services`, serviceManifest(cluster));
        const address = service.parse(made).spec.clusterIP;
        await kube.json("POST", `${base}/pods`, podManifest(cluster, image));
        const pod = await readyPod(kube, run, patience);
        return pod.ok ? { ok: true, value: { kube, pod: pod.value, address } } : pod;
    } catch (error) {
        patience.signal?.throwIfAborted();
        return { ok: false, reason: `the probe in ${cluster} was not made: ${reasonOf(error)}` };
    }
}

async function readyPod(kube: Kube, run: Run, patience: Patience): Promise<Outcome<Pod>> {
    const path = `/api/v1/namespaces/${run.namespace}/pods/${probeName(kube.cluster)}`;
    let pod: Pod | undefined;
    const finding = await until(async () => {
        pod = parsePod(await kube.json("GET", path));
        return isReady(pod) ? holds("ready") : fails(describePod(pod));
    }, patience);
    if (!finding.ok || !pod) return { ok: false, reason: `${kube.cluster}: ${finding.detail}` };
    if (hasProxy(pod)) return { ok: true, value: pod };
    const fix = "Is istiod's injection webhook there, and does it select istio-injection=enabled?";
    return { ok: false, reason: `the probe in ${kube.cluster} got no sidecar. ${fix}` };
}

/** Has one probe send a request to another one's service, and gives the answer. */
export async function dial(from: Probe, to: Probe, request: string): Promise<DialAnswer> {
    const { namespace, name } = from.pod.metadata;
    const pod = `/api/v1/namespaces/${namespace}/pods/${name}:${String(ORDER_PORT)}`;
    const path = dialPath({ host: to.address, port: SERVICE_PORT, request });
    return parseDial(await from.kube.text("GET", `${pod}/proxy/${path}`));
}

/** Removes a run's namespace with everything in it, and waits until it is gone. */
export async function removeProbe(
    kube: Kube,
    namespace: string,
    patience: Patience,
): Promise<void> {
    const path = `/api/v1/namespaces/${namespace}`;
    const left = await until(async () => {
        try {
            await kube.text("DELETE", path);
        } catch (error) {
            if (error instanceof KubeError && error.status === 404) return holds("gone");
            // It is being deleted already.
            if (!(error instanceof KubeError && error.status === 409)) throw error;
        }
        return fails(`namespace ${namespace} in ${kube.cluster} is still being deleted`);
    }, patience);
    if (!left.ok) throw new Error(left.detail);
}

/** Removes what earlier runs left behind when they were killed. Gives the namespaces' names. */
export async function removeLeftovers(kube: Kube, host: string): Promise<string[]> {
    const query = new URLSearchParams({ labelSelector: VERIFY_LABEL });
    const raw = await kube.json("GET", `/api/v1/namespaces?${query.toString()}`);
    const now = { host, time: Date.now(), isAlive };
    const left = namespaces.parse(raw).items.filter((found) => isLeftover(found, now));
    const names = left.map(({ metadata }) => metadata.name);
    await Promise.all(names.map((name) => kube.text("DELETE", `/api/v1/namespaces/${name}`)));
    return names;
}

/** Whether a process of this host is there; one of another user's counts. */
export function isAlive(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
    }
}
