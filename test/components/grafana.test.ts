// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Grafana } from "../../components";
import {
    grafanaConfigMaps,
    grafanaDeployment,
    grafanaManifests,
    grafanaPolicy,
    grafanaSettings,
} from "../../components/grafana";
import { dashboardModel, fleetDashboards } from "../../metrics/dashboards";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const SERVICE = "kubernetes:core/v1:Service";

const measured = { scrapeSeconds: 15, reportSeconds: 120 };
const args = { image: "grafana:1", ...measured };
const boards = fleetDashboards(measured);

describe("Grafana", () => {
    let grafana: Grafana;
    let recording: Recording;
    before(async () => {
        ({ result: grafana, recording } = await record(() => new Grafana("g", args, inCluster())));
    });

    it("is its configuration, a pod that may do nothing in the cluster, and a Service", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:Grafana g",
                `g > ${CONFIG_MAP} g-datasources`,
                `g > ${CONFIG_MAP} g-dashboard-providers`,
                `g > ${CONFIG_MAP} g-istio-fleet-overview`,
                `g > ${CONFIG_MAP} g-istio-fleet-service`,
                `g > ${CONFIG_MAP} g-istio-fleet-control-planes`,
                `g > ${CONFIG_MAP} g-istio-fleet-metrics-path`,
                `g > ${ACCOUNT} g-account`,
                `g > ${POLICY} g-policy`,
                `g > ${DEPLOYMENT} g-deployment`,
                `g > ${SERVICE} g-service`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("makes the pod when all that it reads is there, and then the Service", () => {
        const of = (type: string, name: string) =>
            recording.dependencyNames(recording.get(type, name));
        expect(of(DEPLOYMENT, "g-deployment")).to.deep.equal([
            "g-account",
            "g-dashboard-providers",
            "g-datasources",
            "g-istio-fleet-control-planes",
            "g-istio-fleet-metrics-path",
            "g-istio-fleet-overview",
            "g-istio-fleet-service",
            "g-policy",
        ]);
        expect(of(SERVICE, "g-service")).to.deep.equal(["g-deployment"]);
    });

    it("sends what the manifests are", () => {
        const sent = recording.all
            .filter(({ type }) => type.startsWith("kubernetes:"))
            .map(({ inputs }) => inputs);
        expect(sent).to.have.deep.members(
            JSON.parse(JSON.stringify(grafanaManifests(args))) as unknown[],
        );
    });

    it("gives the name of its Service", async () => {
        expect(await settled(grafana.service)).to.deep.equal({ value: "grafana", secret: false });
    });
});

describe("grafanaManifests", () => {
    it("are all in the namespace of what measures", () => {
        const namespaces = grafanaManifests(args).map(({ metadata }) => metadata.namespace);
        expect([...new Set(namespaces)]).to.deep.equal(["monitoring"]);
    });

    it("hold no password and no Secret", () => {
        const text = JSON.stringify(grafanaManifests(args));
        expect(text).not.to.match(/password|"Secret"|secretKeyRef/i);
    });

    it("let nobody in from the network", () => {
        expect(grafanaPolicy.spec).to.deep.equal({
            podSelector: { matchLabels: { "app.kubernetes.io/name": "grafana" } },
            policyTypes: ["Ingress"],
        });
    });
});

describe("grafanaConfigMaps", () => {
    const content = (name: string, file: string): unknown => {
        const found = grafanaConfigMaps(measured).find(({ metadata }) => metadata.name === name);
        return JSON.parse(found?.data[file] ?? "null");
    };

    it("make Thanos the one source, with the interval of scrapes", () => {
        expect(content("grafana-datasources", "datasources.yaml")).to.deep.equal({
            apiVersion: 1,
            datasources: [
                {
                    name: "Thanos",
                    type: "prometheus",
                    uid: "thanos",
                    access: "proxy",
                    url: "http://thanos-query-frontend.monitoring.svc.cluster.local:9090",
                    isDefault: true,
                    editable: false,
                    jsonData: { httpMethod: "POST", prometheusType: "Thanos", timeInterval: "15s" },
                },
            ],
        });
    });

    it("read dashboards from where the pod has them", () => {
        expect(content("grafana-dashboard-providers", "dashboards.yaml")).to.deep.equal({
            apiVersion: 1,
            providers: [
                {
                    name: "istio-fleet",
                    type: "file",
                    allowUiUpdates: false,
                    disableDeletion: true,
                    options: { path: "/etc/dashboards" },
                },
            ],
        });
    });

    for (const board of boards) {
        it(`have a ConfigMap for ${board.uid}, far below what one may hold`, () => {
            const json = content(`grafana-${board.uid}`, `${board.uid}.json`);
            expect(json).to.deep.equal(JSON.parse(JSON.stringify(dashboardModel(board))));
            expect(JSON.stringify(json).length).to.be.lessThan(100_000);
        });
    }

    it("open with a dashboard that there is", () => {
        const files = grafanaConfigMaps(measured).flatMap(({ data }) => Object.keys(data));
        const home = grafanaSettings.GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH;
        expect(files.map((file) => `/etc/dashboards/${file}`)).to.include(home);
    });
});

describe("grafanaDeployment", () => {
    const { template } = grafanaDeployment(args).spec;
    const { spec } = template;
    const [container] = spec.containers;
    const hash = ({ image, ...more }: typeof args): string =>
        grafanaDeployment({ image, ...more }).spec.template.metadata.annotations[
            "istio-fleet/configuration"
        ];

    it("may do nothing on its node nor in the cluster", () => {
        expect(spec.automountServiceAccountToken).to.equal(false);
        expect(spec.securityContext).to.deep.equal({
            runAsNonRoot: true,
            runAsUser: 472,
            runAsGroup: 472,
            fsGroup: 472,
            seccompProfile: { type: "RuntimeDefault" },
        });
        expect(container?.securityContext).to.deep.equal({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
        });
    });

    it("is not in the mesh", () => {
        expect(template.metadata.labels).to.deep.equal({
            "app.kubernetes.io/name": "grafana",
            "sidecar.istio.io/inject": "false",
        });
    });

    it("mounts every volume once, and each dashboard", () => {
        expect(container?.volumeMounts.map(({ name }) => name)).to.deep.equal(
            spec.volumes.map(({ name }) => name),
        );
        expect(spec.volumes.at(-1)).to.deep.equal({
            name: "dashboards",
            projected: {
                sources: boards.map(({ uid }) => ({ configMap: { name: `grafana-${uid}` } })),
            },
        });
    });

    it("lets everyone look and nobody log in", () => {
        expect(container?.env).to.deep.include.members([
            { name: "GF_AUTH_ANONYMOUS_ENABLED", value: "true" },
            { name: "GF_AUTH_ANONYMOUS_ORG_ROLE", value: "Viewer" },
            { name: "GF_AUTH_BASIC_ENABLED", value: "false" },
            { name: "GF_AUTH_DISABLE_LOGIN_FORM", value: "true" },
            { name: "GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION", value: "true" },
        ]);
    });

    it("is alive and ready when Grafana says so", () => {
        const health = { path: "/api/health", port: "http" };
        expect([
            container?.startupProbe.httpGet,
            container?.readinessProbe.httpGet,
            container?.livenessProbe.httpGet,
        ]).to.deep.equal([health, health, health]);
        expect(container?.ports).to.deep.equal([{ name: "http", containerPort: 3000 }]);
    });

    it("has new pods when what they read is new, and only then", () => {
        expect(hash({ ...args, image: "grafana:2" })).to.equal(hash(args));
        expect(hash({ ...args, scrapeSeconds: 30 })).not.to.equal(hash(args));
    });
});
