// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import { type Container, type Pod, isInjected, podsOf } from "./pods";
import type { Rule } from "./rule";
import { UNKNOWN, at, formatPath } from "./tree";

interface Settings {
    required: readonly string[];
}

/**
 * Every container says what it needs, so that the scheduler knows, and how much memory it may take, so
 * that one that leaks ends alone. No limit for the processor by default: one that is throttled misses
 * its probes while the node has time to spare.
 */
export const containerResources: Rule<Settings> = {
    name: "container-resources",
    description: "Every container requests cpu and memory, and has a limit of memory.",
    settings: {
        required: {
            type: "array",
            items: { type: "string" },
            description: "What every container says, as in limits.cpu.",
            default: ["requests.cpu", "requests.memory", "limits.memory"],
        },
    },
    check: (resource, settings) =>
        podsOf(resource).flatMap((pod) => [
            ...pod.containers
                // Kubernetes takes no size of one that is put into a pod that runs.
                .filter(({ whole, ephemeral }) => whole && !ephemeral)
                .flatMap((container) => ofContainer(container, settings)),
            ...ofSidecar(pod, settings),
        ]),
};

function ofContainer({ path, name, props }: Container, { required }: Settings): Problem[] {
    return required
        .filter((key) => isMissing(at(props, "resources", ...key.split("."))))
        .map((key) => ({
            property: formatPath([...path, "resources", ...key.split(".")]),
            value: at(props, "resources", ...key.split(".")),
            rule: `must be set for container ${JSON.stringify(name)}`,
            fix: "Take what it needs under load; of a chart's container, in the chart's values.",
        }));
}

/** None of a thing is none set, and a limit of none is no limit. */
function isMissing(value: unknown): boolean {
    return value !== UNKNOWN && (value === undefined || value === "" || Number(value) === 0);
}

/** Annotations by which a pod sets the size of the sidecar that istiod gives it. */
const SIZES: Readonly<Record<string, string>> = {
    "requests.cpu": "sidecar.istio.io/proxyCPU",
    "requests.memory": "sidecar.istio.io/proxyMemory",
    "limits.cpu": "sidecar.istio.io/proxyCPULimit",
    "limits.memory": "sidecar.istio.io/proxyMemoryLimit",
};

/** A pod that sets one of them has nothing of the mesh's own sizes, which are in istiod's values. */
function ofSidecar(pod: Pod, { required }: Settings): Problem[] {
    const { annotations, metadataPath } = pod;
    const sizes = Object.values(SIZES);
    if (!isInjected(pod) || !sizes.some((size) => size in annotations)) return [];
    return required.flatMap((key) => {
        const annotation = SIZES[key];
        if (annotation === undefined || !isMissing(annotations[annotation])) return [];
        return [
            {
                property: formatPath([...metadataPath, "annotations", annotation]),
                value: annotations[annotation],
                rule: "must be set: with one such annotation the sidecar has none of the mesh's sizes",
                fix: "Set it too, or none of them.",
            },
        ];
    });
}
