// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { JOBS } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import type { ChartSource } from "../versions";
import type { CrdChart } from "./chartCrds";
import * as k8s from "./kubernetes";

/** Name of the operator's Deployment, Service and account. */
export const OPERATOR = JOBS.operator;

const PORT = 8080;
/** Images run as nobody. */
const NOBODY = 65534;

/**
 * The operator looks at the Prometheus that bear this annotation, and no other operator in the
 * cluster does.
 */
export const CONTROLLER_ANNOTATION = {
    "operator.prometheus.io/controller-id": "istio-fleet",
} as const;

/** Inputs of PrometheusOperator. */
export interface PrometheusOperatorArgs {
    /** Image of the operator. */
    image: string;
    /** Image of the sidecar that tells a Prometheus of a new configuration. */
    reloaderImage: string;
}

/**
 * Prometheus Operator, for the one namespace of everything that measures: it may read and write
 * there, and of the rest of the cluster it sees namespaces and storage classes alone. Its CRDs come
 * from Crds.
 */
export class PrometheusOperator extends pulumi.ComponentResource {
    constructor(
        name: string,
        args: PrometheusOperatorArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:PrometheusOperator", name, args, opts);
        const child = { parent: this };
        const account = new k8s.ServiceAccount(`${name}-account`, { metadata: METADATA }, child);
        const subjects = [{ kind: "ServiceAccount", ...ACCOUNT }];
        const role = new k8s.Role(`${name}-role`, { metadata: METADATA, rules: RULES }, child);
        const binding = new k8s.RoleBinding(
            `${name}-binding`,
            { metadata: METADATA, roleRef: roleRef("Role"), subjects },
            { parent: this, dependsOn: [role, account] },
        );
        const clusterMetadata = { name: CLUSTER_ROLE };
        const clusterRole = new k8s.ClusterRole(
            `${name}-cluster-role`,
            { metadata: clusterMetadata, rules: CLUSTER_RULES },
            child,
        );
        const clusterBinding = new k8s.ClusterRoleBinding(
            `${name}-cluster-binding`,
            { metadata: clusterMetadata, roleRef: roleRef("ClusterRole"), subjects },
            { parent: this, dependsOn: [clusterRole, account] },
        );
        new k8s.Deployment(`${name}-deployment`, operatorDeployment(args), {
            parent: this,
            dependsOn: [binding, clusterBinding],
        });
        new k8s.Service(`${name}-service`, SERVICE, child);
        this.registerOutputs();
    }
}

/** The chart of its CRDs. */
export function prometheusOperatorCrds(source: ChartSource): CrdChart {
    return { release: OPERATOR, namespace: MONITORING_NAMESPACE, source, values: {} };
}

const LABELS = { "app.kubernetes.io/name": OPERATOR };
const ACCOUNT = { name: OPERATOR, namespace: MONITORING_NAMESPACE };
const METADATA = { ...ACCOUNT, labels: LABELS };
const CLUSTER_ROLE = `${OPERATOR}-${MONITORING_NAMESPACE}`;

function roleRef(kind: "Role" | "ClusterRole") {
    const name = kind === "Role" ? OPERATOR : CLUSTER_ROLE;
    return { apiGroup: "rbac.authorization.k8s.io", kind, name };
}

/** What the operator's own bundle.yaml grants cluster-wide, in its namespace alone. */
const RULES = [
    {
        apiGroups: ["monitoring.coreos.com"],
        resources: [
            "prometheuses",
            "prometheuses/finalizers",
            "prometheuses/status",
            "prometheusagents",
            "prometheusagents/finalizers",
            "prometheusagents/status",
            "alertmanagers",
            "alertmanagers/finalizers",
            "alertmanagers/status",
            "alertmanagerconfigs",
            "thanosrulers",
            "thanosrulers/finalizers",
            "thanosrulers/status",
            "scrapeconfigs",
            "scrapeconfigs/status",
            "servicemonitors",
            "servicemonitors/status",
            "podmonitors",
            "podmonitors/status",
            "probes",
            "probes/status",
            "prometheusrules",
            "prometheusrules/status",
        ],
        verbs: ["*"],
    },
    { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["*"] },
    { apiGroups: [""], resources: ["configmaps", "secrets"], verbs: ["*"] },
    { apiGroups: [""], resources: ["pods"], verbs: ["list", "delete"] },
    {
        apiGroups: [""],
        resources: ["services", "services/finalizers"],
        verbs: ["get", "create", "update", "delete"],
    },
    { apiGroups: ["", "events.k8s.io"], resources: ["events"], verbs: ["create", "patch"] },
    {
        apiGroups: ["policy"],
        resources: ["poddisruptionbudgets"],
        verbs: ["get", "create", "update", "delete"],
    },
];

const CLUSTER_RULES = [
    { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] },
    { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get"] },
];

const SERVICE = {
    metadata: {
        ...METADATA,
        // The collector alone asks it, and finds its endpoints when there are some.
        annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
        clusterIP: "None",
        selector: LABELS,
        ports: [{ name: "http", port: PORT, targetPort: "http" }],
    },
};

function operatorDeployment({ image, reloaderImage }: PrometheusOperatorArgs) {
    return {
        metadata: METADATA,
        spec: {
            replicas: 1,
            selector: { matchLabels: LABELS },
            template: {
                metadata: { labels: LABELS },
                spec: {
                    serviceAccountName: OPERATOR,
                    securityContext: {
                        runAsNonRoot: true,
                        runAsUser: NOBODY,
                        runAsGroup: NOBODY,
                        seccompProfile: { type: "RuntimeDefault" },
                    },
                    containers: [operatorContainer(image, reloaderImage)],
                },
            },
        },
    };
}

function operatorContainer(image: string, reloaderImage: string) {
    return {
        name: OPERATOR,
        image,
        args: [
            `--namespaces=${MONITORING_NAMESPACE}`,
            `--controller-id=${CONTROLLER_ANNOTATION["operator.prometheus.io/controller-id"]}`,
            `--prometheus-config-reloader=${reloaderImage}`,
            // It would keep a Service of all kubelets otherwise; the collector asks for nodes itself.
            "--kubelet-endpoints=false",
            "--kubelet-endpointslice=false",
            "--config-reloader-cpu-request=5m",
            "--config-reloader-cpu-limit=0",
            "--config-reloader-memory-request=16Mi",
            "--config-reloader-memory-limit=64Mi",
        ],
        // As in the operator's own manifests: less memory for some more garbage collection.
        env: [{ name: "GOGC", value: "30" }],
        ports: [{ name: "http", containerPort: PORT }],
        readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 1 },
        resources: { requests: { cpu: "10m", memory: "48Mi" }, limits: { memory: "200Mi" } },
        securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
        },
    };
}
