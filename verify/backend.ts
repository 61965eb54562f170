// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type Kube, KubeError } from "./kube";
import { type Pod, describePod, isReady, listPods } from "./pods";

/** A port of a pod. */
export interface Backend {
    readonly namespace: string;
    readonly pod: string;
    readonly port: number;
}

const service = z.object({
    spec: z.object({
        selector: z.record(z.string(), z.string()).optional(),
        ports: z
            .array(
                z.object({
                    name: z.string().optional(),
                    port: z.number(),
                    targetPort: z.union([z.number(), z.string()]).optional(),
                }),
            )
            .optional(),
    }),
});
type Service = z.output<typeof service>["spec"];
type ServicePort = NonNullable<Service["ports"]>[number];

/** The ready pod behind a Service that comes first by name, and its port for HTTP. */
export async function findBackend(kube: Kube, namespace: string, name: string): Promise<Backend> {
    const where = `Service ${namespace}/${name} in ${kube.cluster}`;
    const { selector = {}, ports = [] } = await readService(kube, namespace, name);
    const port = ports.find((one) => one.name?.startsWith("http")) ?? ports[0];
    if (!port) throw new Error(`${where} has no port`);
    const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`);
    // An empty selector would select every pod.
    if (labels.length === 0) throw new Error(`${where} has no selector, so it has no pods`);
    const pods = await listPods(kube, namespace, labels.join(","));
    const pod = pods.find(isReady);
    if (!pod) {
        const [first] = pods;
        throw new Error(
            `${where} has no ready pod: ${first ? describePod(first) : "there is no pod"}`,
        );
    }
    return { namespace, pod: pod.metadata.name, port: targetOf(port, pod, where) };
}

async function readService(kube: Kube, namespace: string, name: string): Promise<Service> {
    try {
        const path = `/api/v1/namespaces/${namespace}/services/${name}`;
        return service.parse(await kube.json("GET", path)).spec;
    } catch (error) {
        if (!(error instanceof KubeError && error.status === 404)) throw error;
        throw new Error(`${kube.cluster} has no Service ${name} in ${namespace}`, { cause: error });
    }
}

/** The number of a port in a pod, which a Service may know by name. */
function targetOf({ port, targetPort = port }: ServicePort, { spec }: Pod, where: string): number {
    if (typeof targetPort === "number") return targetPort;
    const found = [...spec.containers, ...(spec.initContainers ?? [])]
        .flatMap(({ ports = [] }) => ports)
        .find(({ name }) => name === targetPort);
    if (!found) throw new Error(`${where} leads to a port "${targetPort}" that its pod has not`);
    return found.containerPort;
}
