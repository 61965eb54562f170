// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import type * as Dashboards from "../metrics/dashboards";
import { PROMETHEUS_PORT, QUERY_FRONTEND_SERVICE } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";

const GRAFANA = "grafana";
/** Port of Grafana in its pod; the Service's is 80. */
const PORT = 3000;
/** The image's user. */
const USER = 472;
const DASHBOARD_FOLDER = "/etc/dashboards";
const PROVISIONING_FOLDER = "/etc/grafana/provisioning";

type DashboardArgs = Dashboards.DashboardArgs;

const load = createRequire(__filename);
/** Loaded only where there is a Grafana: they take a quarter of a second to load. */
const dashboards = () => load("../metrics/dashboards") as typeof Dashboards;

/** Inputs of Grafana. */
export interface GrafanaArgs extends DashboardArgs {
    /** Grafana's image. */
    image: string;
}

/**
 * Grafana with the fleet's dashboards, asking Thanos alone. Whoever reaches it may look and do
 * nothing else: nobody can log in, for there is no account, and so no password in any state. It shows
 * what Query Frontend tells everyone in the cluster anyway, and takes no connections from the network:
 * `kubectl port-forward` reaches it, with the rights of who calls that.
 */
export class Grafana extends pulumi.ComponentResource {
    /** Name of its Service in namespace monitoring, port 80. */
    public readonly service: pulumi.Output<string>;

    constructor(name: string, args: GrafanaArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:Grafana", name, args, opts);
        const child = { parent: this };
        const configuration = grafanaConfigMaps(args).map(
            (configMap) => new k8s.ConfigMap(`${name}-${nameIn(configMap)}`, configMap, child),
        );
        const account = new k8s.ServiceAccount(`${name}-account`, grafanaAccount, child);
        const policy = new k8s.NetworkPolicy(`${name}-policy`, grafanaPolicy, child);
        const deployment = new k8s.Deployment(`${name}-deployment`, grafanaDeployment(args), {
            parent: this,
            dependsOn: [...configuration, account, policy],
        });
        // The provider waits for an endpoint, which needs the pod.
        const service = new k8s.Service(`${name}-service`, grafanaService, {
            parent: this,
            dependsOn: [deployment],
        });
        this.service = service.metadata.name;
        this.registerOutputs({ service: this.service });
    }
}

const LABELS = { "app.kubernetes.io/name": GRAFANA };

function metadata(name: string) {
    return { name, namespace: MONITORING_NAMESPACE, labels: LABELS };
}

/** A ConfigMap as it is sent. */
export interface ConfigMapManifest {
    readonly apiVersion: "v1";
    readonly kind: "ConfigMap";
    readonly metadata: ReturnType<typeof metadata>;
    readonly data: Record<string, string>;
}

const DATASOURCES = "grafana-datasources";
/** The dashboard that Grafana opens with. */
const HOME = "istio-fleet-overview.json";
const PROVIDERS = "grafana-dashboard-providers";

/** Everything that Grafana reads when it starts: its source, and a ConfigMap for each dashboard. */
export function grafanaConfigMaps(args: DashboardArgs): ConfigMapManifest[] {
    const { fleetDashboards, dashboardModel } = dashboards();
    const boards = fleetDashboards(args).map((board) =>
        configMap(`grafana-${board.uid}`, `${board.uid}.json`, dashboardModel(board)),
    );
    return [
        configMap(DATASOURCES, "datasources.yaml", datasources(args)),
        configMap(PROVIDERS, "dashboards.yaml", providers),
        ...boards,
    ];
}

/** YAML too is written as JSON, which it contains. */
function configMap(name: string, file: string, content: unknown): ConfigMapManifest {
    const data = { [file]: JSON.stringify(content) };
    return { apiVersion: "v1", kind: "ConfigMap", metadata: metadata(name), data };
}

function nameIn({ metadata: { name } }: ConfigMapManifest): string {
    return name.replace(/^grafana-/, "");
}

function datasources({ scrapeSeconds }: DashboardArgs) {
    const host = `${QUERY_FRONTEND_SERVICE}.${MONITORING_NAMESPACE}.svc.cluster.local`;
    const thanos = {
        name: "Thanos",
        ...dashboards().THANOS,
        access: "proxy",
        url: `http://${host}:${String(PROMETHEUS_PORT)}`,
        isDefault: true,
        editable: false,
        jsonData: {
            // Queries are longer than a URL may be.
            httpMethod: "POST",
            prometheusType: "Thanos",
            // How far apart samples are: $__rate_interval is never less than four of them.
            timeInterval: `${String(scrapeSeconds)}s`,
        },
    };
    return { apiVersion: 1, datasources: [thanos] };
}

const providers = {
    apiVersion: 1,
    providers: [
        {
            name: "istio-fleet",
            type: "file",
            allowUiUpdates: false,
            disableDeletion: true,
            options: { path: DASHBOARD_FOLDER },
        },
    ],
};

/** Grafana needs nothing of the API server. */
export const grafanaAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: metadata(GRAFANA),
    automountServiceAccountToken: false,
} as const;

/** No connection comes in from the network. Who wants another way in adds a policy of their own. */
export const grafanaPolicy = {
    apiVersion: "networking.k8s.io/v1" as const,
    kind: "NetworkPolicy" as const,
    metadata: metadata(GRAFANA),
    spec: { podSelector: { matchLabels: LABELS }, policyTypes: ["Ingress"] },
};

export const grafanaService = {
    apiVersion: "v1" as const,
    kind: "Service" as const,
    metadata: metadata(GRAFANA),
    spec: { selector: LABELS, ports: [{ name: "http", port: 80, targetPort: "http" }] },
};

/** Settings of grafana.ini, by the names of their variables. */
export const grafanaSettings = {
    GF_AUTH_ANONYMOUS_ENABLED: "true",
    GF_AUTH_ANONYMOUS_ORG_ROLE: "Viewer",
    GF_AUTH_BASIC_ENABLED: "false",
    GF_AUTH_DISABLE_LOGIN_FORM: "true",
    GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION: "true",
    GF_SNAPSHOTS_ENABLED: "false",
    // Alerts are Thanos Ruler's and Prometheus's.
    GF_UNIFIED_ALERTING_ENABLED: "false",
    // Nothing is sent or fetched: not even at the start, which would wait for it without a network.
    GF_ANALYTICS_REPORTING_ENABLED: "false",
    GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
    GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
    GF_NEWS_NEWS_FEED_ENABLED: "false",
    GF_PLUGINS_PREINSTALL_DISABLED: "true",
    GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: "true",
    GF_SECURITY_DISABLE_GRAVATAR: "true",
    GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH: `${DASHBOARD_FOLDER}/${HOME}`,
    GF_LOG_MODE: "console",
} as const;

/** The Deployment. It keeps nothing: a new pod reads all from the ConfigMaps. */
export function grafanaDeployment({ image, ...args }: GrafanaArgs) {
    const configuration = grafanaConfigMaps(args);
    return {
        apiVersion: "apps/v1" as const,
        kind: "Deployment" as const,
        metadata: metadata(GRAFANA),
        spec: {
            replicas: 1,
            selector: { matchLabels: LABELS },
            template: {
                metadata: {
                    labels: { ...LABELS, "sidecar.istio.io/inject": "false" },
                    // Sources are read at the start only. Dashboards too are new when this is done,
                    // and not some time after.
                    annotations: { "istio-fleet/configuration": hash(configuration) },
                },
                spec: podSpec(image, configuration),
            },
        },
    };
}

function podSpec(image: string, configuration: readonly ConfigMapManifest[]) {
    return {
        serviceAccountName: GRAFANA,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
            seccompProfile: { type: "RuntimeDefault" },
        },
        containers: [container(image)],
        volumes: [
            { name: "data", emptyDir: {} },
            { name: "tmp", emptyDir: {} },
            { name: "datasources", configMap: { name: DATASOURCES } },
            { name: "providers", configMap: { name: PROVIDERS } },
            { name: "dashboards", projected: { sources: dashboardSources(configuration) } },
        ],
    };
}

function container(image: string) {
    const health = { path: "/api/health", port: "http" };
    return {
        name: GRAFANA,
        image,
        env: Object.entries(grafanaSettings).map(([name, value]) => ({ name, value })),
        ports: [{ name: "http", containerPort: PORT }],
        // The first start makes the tables of its database, for a minute on a slow disk.
        startupProbe: { httpGet: health, periodSeconds: 2, failureThreshold: 150 },
        readinessProbe: { httpGet: health, periodSeconds: 5 },
        livenessProbe: { httpGet: health, periodSeconds: 10, failureThreshold: 6 },
        resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { memory: "512Mi" } },
        securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        },
        volumeMounts: [
            { name: "data", mountPath: "/var/lib/grafana" },
            { name: "tmp", mountPath: "/tmp" },
            { name: "datasources", mountPath: `${PROVISIONING_FOLDER}/datasources` },
            { name: "providers", mountPath: `${PROVISIONING_FOLDER}/dashboards` },
            { name: "dashboards", mountPath: DASHBOARD_FOLDER },
        ],
    };
}

/** All dashboards in one folder. */
function dashboardSources(configuration: readonly ConfigMapManifest[]) {
    return configuration
        .map(({ metadata: { name } }) => name)
        .filter((name) => name !== DATASOURCES && name !== PROVIDERS)
        .map((name) => ({ configMap: { name } }));
}

function hash(content: unknown): string {
    return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 16);
}

/** Everything, as it is sent to an API server. */
export function grafanaManifests(args: GrafanaArgs) {
    return [
        ...grafanaConfigMaps(args),
        grafanaAccount,
        grafanaPolicy,
        grafanaDeployment(args),
        grafanaService,
    ];
}
