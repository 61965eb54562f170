// SPDX-License-Identifier: Apache-2.0

/** One run of verify: the same namespace in every cluster, by Istio's namespace sameness. */
export interface Run {
    /** Name of the namespace in every cluster. */
    readonly namespace: string;
    /** Host and process that made it: who to ask whether the run is still going. */
    readonly host: string;
    readonly pid: number;
}

/** Label of everything that verify makes. */
export const VERIFY_LABEL = "istio-fleet.dev/verify";
const HOST_ANNOTATION = "istio-fleet.dev/host";
const PID_ANNOTATION = "istio-fleet.dev/pid";
const PROBE_LABEL = "istio-fleet.dev/probe";

/** Port that requests of other probes arrive at, through the sidecar. */
export const SERVICE_PORT = 8080;
/** Port at which a probe takes orders: outside the mesh, for the API server has no mesh identity. */
export const ORDER_PORT = 8081;

/** Any user but root and 1337, which is Istio's own and not intercepted. */
const USER = 65_532;

/** Name of a cluster's probe: of its pod, its service and its service account. */
export function probeName(cluster: string): string {
    return `probe-${cluster}`;
}

/** SPIFFE identity of a cluster's probe. Its service account is in that cluster only. */
export function probeIdentity(trustDomain: string, run: Run, cluster: string): string {
    return `spiffe://${trustDomain}/ns/${run.namespace}/sa/${probeName(cluster)}`;
}

export function namespaceManifest(run: Run): object {
    return {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: {
            name: run.namespace,
            labels: { "istio-injection": "enabled", [VERIFY_LABEL]: "true" },
            annotations: { [HOST_ANNOTATION]: run.host, [PID_ANNOTATION]: String(run.pid) },
        },
    };
}

export function serviceAccountManifest(cluster: string): object {
    return {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: metadataOf(cluster),
        automountServiceAccountToken: false,
    };
}

/** The service that lives only in this cluster. */
export function serviceManifest(cluster: string): object {
    return {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadataOf(cluster),
        spec: {
            selector: { [PROBE_LABEL]: cluster },
            ports: [{ name: "http", port: SERVICE_PORT, targetPort: SERVICE_PORT }],
        },
    };
}

/** The probe: one container that serves, and one that sends requests when it is told to. */
export function podManifest(cluster: string, image: string): object {
    return {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            ...metadataOf(cluster),
            annotations: {
                "traffic.sidecar.istio.io/excludeInboundPorts": String(ORDER_PORT),
                "sidecar.istio.io/proxyCPU": "10m",
                "sidecar.istio.io/proxyMemory": "40Mi",
            },
        },
        spec: {
            serviceAccountName: probeName(cluster),
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: 0,
            securityContext: {
                runAsNonRoot: true,
                runAsUser: USER,
                runAsGroup: USER,
                seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
                container("server", image, SERVICE_PORT),
                container("client", image, ORDER_PORT),
            ],
        },
    };
}

function metadataOf(cluster: string): object {
    return {
        name: probeName(cluster),
        labels: { [VERIFY_LABEL]: "true", [PROBE_LABEL]: cluster },
    };
}

function container(name: string, image: string, port: number): object {
    return {
        name,
        image,
        imagePullPolicy: "IfNotPresent",
        // netexec always serves UDP too, and both containers share the pod's ports.
        args: ["netexec", `--http-port=${String(port)}`, `--udp-port=${String(port)}`],
        ports: [{ name: `http-${name}`, containerPort: port }],
        readinessProbe: { httpGet: { path: "/hostname", port }, periodSeconds: 1 },
        resources: {
            requests: { cpu: "5m", memory: "16Mi" },
            limits: { memory: "64Mi" },
        },
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
    };
}

/** A namespace that verify made, as the API server describes it. */
export interface FoundNamespace {
    readonly metadata: {
        readonly name: string;
        readonly annotations?: Readonly<Record<string, string>> | undefined;
        readonly creationTimestamp?: string | undefined;
        readonly deletionTimestamp?: string | undefined;
    };
}

/** No run lasts this long: whatever is older was left behind. */
const LONGEST_RUN_MS = 30 * 60 * 1000;

/**
 * Whether a namespace was left by a run that is over: its process is gone from this host, or it is
 * older than any run can be. What another host made lately is left alone.
 */
export function isLeftover(
    { metadata }: FoundNamespace,
    now: { readonly host: string; readonly time: number; isAlive(pid: number): boolean },
): boolean {
    if (metadata.deletionTimestamp !== undefined) return false;
    const pid = Number(metadata.annotations?.[PID_ANNOTATION] ?? Number.NaN);
    const here = metadata.annotations?.[HOST_ANNOTATION] === now.host;
    if (here && Number.isInteger(pid) && !now.isAlive(pid)) return true;
    const age = now.time - Date.parse(metadata.creationTimestamp ?? "");
    return age > LONGEST_RUN_MS;
}
