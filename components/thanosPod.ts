// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import { STORE_PORT, THANOS_HTTP_PORT } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";

/*
 * What the pods of all Thanos components have in common. Upstream images and no chart: a component is
 * one binary, a list of flags and one or two ports.
 */

/** Inputs that every Thanos component has. */
export interface ThanosArgs {
    /** Image of Thanos. */
    image: string;
    /**
     * Most memory that a pod may take, as a Kubernetes quantity. Each component has a default. Go
     * collects its garbage harder when nine tenths are in use.
     */
    memoryLimit?: string;
}

/** Where a component's files lie. */
export interface ThanosStorage {
    /** Size, in GiB: of the volume, or of what may be written into the pod before it is evicted. */
    sizeGiB: number;
    /**
     * Whether there is a volume for each replica, which needs a storage class. It goes when the
     * component goes and stays when replicas go. A change of size or class makes the StatefulSet and
     * its volumes anew, empty; to grow them with what is in them, patch the claims and leave this.
     */
    persistent: boolean;
    /** The volumes' storage class. Defaults to the cluster's own default. */
    className?: string;
}

/** Where files of their own lie: the root of the container is read-only. */
export const DATA_FOLDER = "/var/thanos";

/** The ports that Thanos' processes listen on, by name. */
export const HTTP = { http: THANOS_HTTP_PORT };
export const HTTP_AND_STORE = { ...HTTP, grpc: STORE_PORT };

const HTTP_FLAG = `--http-address=0.0.0.0:${String(THANOS_HTTP_PORT)}`;

/**
 * The flags of a process: its command, what all have, then its own. The memory limit is Go's own limit
 * too, or its heap grows to twice of what lives in it, whatever the limit is.
 */
export function commandLine<T>(command: string, flags: readonly T[]): (T | string)[] {
    return [command, HTTP_FLAG, "--enable-auto-gomemlimit", ...flags];
}

export const STORE_FLAG = `--grpc-address=0.0.0.0:${String(STORE_PORT)}`;

/** A folder of files from a ConfigMap or a Secret. */
export interface ConfigFolder {
    /** Name of the volume; the files are in /etc/thanos/<folder>. */
    readonly folder: string;
    readonly configMap?: { name: pulumi.Input<string> };
    readonly secret?: { secretName: pulumi.Input<string> };
}

/** The path of a file in a ConfigFolder. */
export function configPath(folder: string, file: string): string {
    return `/etc/thanos/${folder}/${file}`;
}

/** One process of Thanos. */
export interface ThanosProcess {
    /** Name of its StatefulSet or Deployment, and label of its pods. */
    readonly name: string;
    readonly image: string;
    readonly args: readonly pulumi.Input<string>[];
    readonly ports: Readonly<Record<string, number>>;
    readonly memory: { readonly request: string; readonly limit: string };
    readonly folders?: readonly ConfigFolder[];
    readonly storage?: ThanosStorage;
    readonly serviceAccountName?: pulumi.Input<string>;
    /** Labels and annotations for the pods, beside those that all have. */
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** How long it may take to stop. Defaults to 30 s. */
    readonly graceSeconds?: number;
}

/** Labels of a component's pods and of its Services that are scraped. */
export function thanosLabels(name: string) {
    return { ...podSelector(name), "app.kubernetes.io/part-of": "thanos" };
}

/** Selects a component's pods. */
export function podSelector(name: string) {
    return { "app.kubernetes.io/name": name };
}

/** Metadata of an object of a component. */
export function thanosMetadata(name: string) {
    return { name, namespace: MONITORING_NAMESPACE, labels: thanosLabels(name) };
}

/** The thanos user of the upstream image. */
const USER = 1001;

/** The pods of a process. */
export function podTemplate(process: ThanosProcess) {
    const { name, storage, folders = [], serviceAccountName, graceSeconds = 30 } = process;
    return {
        metadata: {
            labels: {
                ...thanosLabels(name),
                // Nothing of it goes through the mesh if it does not ask for it itself.
                "sidecar.istio.io/inject": "false",
                ...process.labels,
            },
            annotations: { ...process.annotations },
        },
        spec: {
            ...(serviceAccountName === undefined ? {} : { serviceAccountName }),
            // None asks the API server for anything.
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            securityContext: {
                runAsUser: USER,
                runAsGroup: USER,
                runAsNonRoot: true,
                fsGroup: USER,
                fsGroupChangePolicy: "OnRootMismatch",
            },
            terminationGracePeriodSeconds: graceSeconds,
            topologySpreadConstraints: [onSeveralNodes(name)],
            containers: [container(process)],
            volumes: [
                ...folders.map(({ folder, ...source }) => ({ name: folder, ...source })),
                ...(storage === undefined || storage.persistent
                    ? []
                    : [{ name: "data", emptyDir: { sizeLimit: gibibytes(storage) } }]),
            ],
        },
    };
}

function container({ name, image, args, ports, memory, folders = [], storage }: ThanosProcess) {
    return {
        name,
        image,
        args: [...args],
        env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
        ports: Object.entries(ports).map(([port, containerPort]) => ({
            name: port,
            containerPort,
        })),
        ...PROBES,
        // None for the processor: one that is throttled misses its probes.
        resources: {
            requests: { cpu: "10m", memory: memory.request },
            limits: { memory: memory.limit },
        },
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            seccompProfile: { type: "RuntimeDefault" },
        },
        volumeMounts: [
            ...folders.map(({ folder }) => ({
                name: folder,
                mountPath: configPath(folder, "").slice(0, -1),
                readOnly: true,
            })),
            ...(storage === undefined ? [] : [{ name: "data", mountPath: DATA_FOLDER }]),
        ],
    };
}

/**
 * Ready within a second or two, for others wait for it. Every process says that it is healthy as soon
 * as it listens, however long it then replays its log, so none needs a probe for its start; and only
 * one that has not answered for a minute is restarted, for a busy machine is no reason.
 */
const PROBES = {
    readinessProbe: {
        httpGet: { path: "/-/ready", port: "http" },
        periodSeconds: 2,
        timeoutSeconds: 2,
    },
    livenessProbe: {
        httpGet: { path: "/-/healthy", port: "http" },
        periodSeconds: 10,
        timeoutSeconds: 5,
        failureThreshold: 6,
    },
};

function onSeveralNodes(name: string) {
    return {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: podSelector(name) },
    };
}

function gibibytes({ sizeGiB }: ThanosStorage): string {
    return `${String(sizeGiB)}Gi`;
}

/** A Deployment of a process. */
export function deployment(process: ThanosProcess, replicas: number) {
    return {
        metadata: thanosMetadata(process.name),
        spec: {
            replicas,
            selector: { matchLabels: podSelector(process.name) },
            template: podTemplate(process),
        },
    };
}

/** A StatefulSet of a process, behind its headless Service, which has the same name. */
export function statefulSet(process: ThanosProcess, replicas: number) {
    const { name, storage } = process;
    return {
        metadata: thanosMetadata(name),
        spec: {
            replicas,
            serviceName: name,
            // They do not wait for each other. Updates still go through them one by one.
            podManagementPolicy: "Parallel",
            selector: { matchLabels: podSelector(name) },
            template: podTemplate(process),
            ...(storage?.persistent ? claims(storage) : {}),
        },
    };
}

/** Claims of a StatefulSet outlive it by default, and would stay in a cluster that stays. */
function claims(storage: ThanosStorage) {
    const { className } = storage;
    return {
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
        volumeClaimTemplates: [
            {
                metadata: { name: "data" },
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: gibibytes(storage) } },
                    ...(className === undefined ? {} : { storageClassName: className }),
                },
            },
        ],
    };
}
