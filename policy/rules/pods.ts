// SPDX-License-Identifier: Apache-2.0
import { type PolicyResource, kindOf } from "./rule";
import { type Path, type Props, at, isMap, listAt, mapAt } from "./tree";

/** A container that a resource leads to. */
export interface Container {
    /** Where it is in the resource. */
    readonly path: Path;
    readonly name: string;
    readonly props: Props;
    /** True for one that is put into a pod that runs. */
    readonly ephemeral: boolean;
    /** False for a part that something else completes. */
    readonly whole: boolean;
}

/** What a resource says of pods. */
export interface Pod {
    /** Where its labels and annotations are. */
    readonly metadataPath: Path;
    /** Where its containers and volumes are. */
    readonly specPath: Path;
    readonly labels: Props;
    readonly annotations: Props;
    readonly containers: readonly Container[];
}

/** Where the pod is in each kind of Kubernetes' own. */
const TEMPLATES: Readonly<Record<string, Path>> = {
    Pod: [],
    PodTemplate: ["template"],
    Deployment: ["spec", "template"],
    StatefulSet: ["spec", "template"],
    DaemonSet: ["spec", "template"],
    ReplicaSet: ["spec", "template"],
    ReplicationController: ["spec", "template"],
    Job: ["spec", "template"],
    CronJob: ["spec", "jobTemplate", "spec", "template"],
};

const GROUPS = ["core", "apps", "batch"];

/** Prometheus Operator's kinds that become pods. */
const OPERATED = ["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"];

const LISTS = ["containers", "initContainers", "ephemeralContainers"];

/** The pods that a resource becomes: one, or none. */
export function podsOf(resource: PolicyResource): Pod[] {
    const { group, kind, patch } = kindOf(resource);
    const template = TEMPLATES[kind];
    if (template !== undefined && GROUPS.includes(group)) {
        return [podAt(resource.props, template, patch)];
    }
    if (group === "monitoring.coreos.com" && OPERATED.includes(kind)) {
        return [operatedPod(resource.props, kind, patch)];
    }
    return [];
}

/** Whether istiod puts a proxy into the pod. It looks at the label first, and at either. */
export function isInjected({ labels, annotations }: Pod): boolean {
    const key = "sidecar.istio.io/inject";
    const asked = labels[key] ?? annotations[key];
    if (asked !== undefined) return asked === "true";
    return annotations["inject.istio.io/templates"] !== undefined;
}

function podAt(props: Props, template: Path, patch: boolean): Pod {
    return {
        ...metadataAt(props, [...template, "metadata"]),
        specPath: [...template, "spec"],
        containers: containersAt(props, [...template, "spec"], () => !patch),
    };
}

/** The operator adds its own containers; the object says the main one's image and size. */
function operatedPod(props: Props, kind: string, patch: boolean): Pod {
    const main = (path: Path, name: string): Container[] => {
        const found = at(props, ...path);
        if (!isMap(found)) return [];
        return [{ path, name, props: found, ephemeral: false, whole: !patch }];
    };
    return {
        ...metadataAt(props, ["spec", "podMetadata"]),
        specPath: ["spec"],
        containers: [
            ...main(["spec"], kind.toLowerCase()),
            ...main(["spec", "thanos"], "thanos-sidecar"),
            // One of the operator's own names is changed by what is said of it, another one is added.
            ...containersAt(props, ["spec"], ({ image }) => image !== undefined && !patch),
        ],
    };
}

function metadataAt(props: Props, path: Path): Omit<Pod, "specPath" | "containers"> {
    return {
        metadataPath: path,
        labels: mapAt(props, ...path, "labels"),
        annotations: mapAt(props, ...path, "annotations"),
    };
}

function containersAt(props: Props, spec: Path, isWhole: (container: Props) => boolean) {
    return LISTS.flatMap((list): Container[] =>
        listAt(props, ...spec, list).flatMap((container, i) => {
            if (!isMap(container)) return [];
            const { name } = container;
            return [
                {
                    path: [...spec, list, i],
                    name: typeof name === "string" ? name : String(i),
                    props: container,
                    ephemeral: list === "ephemeralContainers",
                    whole: isWhole(container),
                },
            ];
        }),
    );
}
