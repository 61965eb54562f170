// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Sources, upstream } from "../../bundle";
import { caCerts } from "../../components/meshCa";
import { configOf } from "../helpers/fleets";
import type { Registration } from "../helpers/mocks";
import { type Fleet, deletedWithOf, providerOf, recordFleet } from "../helpers/stacks";

const CERTIFICATE = "istio-fleet:index:WebhookCertificate";
const REQUEST = "tls:index/certRequest:CertRequest";
const CHART = "kubernetes:helm.sh/v4:Chart";
const SECRET = "kubernetes:core/v1:Secret";
const REMOTE = "istio-fleet:index:RemoteSecret";
const READER = "istio-fleet:index:RemoteReader";
const ISTIO = "istio-fleet:index:IstioControlPlane";
const METALLB = "istio-fleet:index:MetalLb";
const GATEWAY = "istio-fleet:index:EastWestGateway";

const NAMES = ["c1", "c2", "c3"];

const sources: Sources = {
    ...upstream,
    istio: { hub: "hub.example", tag: "1.2.3", readsRemoteSecrets: false },
    values: {
        base: { from: "bundle", bundle: "base" },
        istiod: { from: "bundle", bundle: "istiod" },
        gateway: { from: "bundle", bundle: "gateway" },
        metallb: { from: "bundle", bundle: "metallb" },
    },
};
const config = configOf(NAMES, {
    edges: ["c1 <-> c2", "c1 -> c3", "c2 -> c3"],
    meshId: "mesh",
    trust: {
        domain: "mesh.example",
        rootValidityDays: 100,
        intermediateValidityDays: 10,
        intermediateRenewalDays: 3,
    },
    values: {
        base: { from: "stack" },
        istiod: { from: "stack" },
        gateway: { from: "stack" },
        metallb: { from: "stack" },
    },
});

describe("createMesh", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(config, { sources });
    });
    const get = (type: string, name: string) => fleet.recording.get(type, name);
    const values = (chart: string) => get(CHART, chart).inputs.values as Record<string, unknown>;
    const places = (resources: readonly Registration[]) =>
        new Set(resources.map((resource) => providerOf(fleet.recording, resource)));

    it("makes so many components of each kind", () => {
        const counts = Object.entries(fleet.recording.counts()).filter(([type]) =>
            type.startsWith("istio-fleet:"),
        );
        expect(Object.fromEntries(counts)).to.deep.equal({
            "istio-fleet:index:KindCluster": 3,
            "istio-fleet:index:Crds": 3,
            "istio-fleet:index:MeshCa": 1,
            [METALLB]: 3,
            "istio-fleet:index:WebhookCertificate": 3,
            [ISTIO]: 3,
            [GATEWAY]: 3,
            [READER]: 4,
            "istio-fleet:index:ReaderRole": 3,
            [REMOTE]: 4,
        });
    });

    it("names components after their clusters", () => {
        expect(fleet.recording.names(METALLB)).to.deep.equal(NAMES.map((c) => `${c}-metallb`));
        expect(fleet.recording.names(ISTIO)).to.deep.equal(NAMES.map((c) => `${c}-istio`));
        expect(fleet.recording.names(GATEWAY)).to.deep.equal(NAMES.map((c) => `${c}-eastwest`));
    });

    it("puts every resource of Kubernetes in the cluster that its name begins with", () => {
        const resources = fleet.recording.all.filter(({ type }) => type.startsWith("kubernetes:"));
        const strayed = resources.filter(
            (resource) => !resource.name.startsWith(providerOf(fleet.recording, resource)),
        );
        expect(strayed.map(({ name }) => name)).to.deep.equal([]);
        expect(places(resources)).to.deep.equal(new Set(NAMES));
    });

    it("lets everything in a cluster go with the cluster", () => {
        const resources = fleet.recording.all.filter(({ type }) => type.startsWith("kubernetes:"));
        const others = resources.filter(
            (resource) =>
                deletedWithOf(fleet.recording, resource) !==
                `${providerOf(fleet.recording, resource)}-kind`,
        );
        expect(others.map(({ name }) => name)).to.deep.equal([]);
    });

    it("pools each cluster's own addresses", () => {
        const pools = fleet.clusters.map(({ plan: { name } }) => {
            const type = "kubernetes:metallb.io/v1beta1:IPAddressPool";
            return get(type, `${name}-metallb-pool`).inputs.spec;
        });
        expect(pools).to.deep.equal(
            fleet.clusters.map(({ plan: { addressPool } }) => ({ addresses: [addressPool] })),
        );
    });

    it("asks for each gateway's own address and network", () => {
        const gateways = NAMES.map((cluster) => {
            const { networkGateway, service } = values(`${cluster}-eastwest-chart`);
            const { annotations } = service as { annotations: Record<string, string> };
            return { networkGateway, address: annotations["metallb.io/loadBalancerIPs"] };
        });
        expect(gateways).to.deep.equal(
            fleet.clusters.map(({ plan: { network, gatewayAddress } }) => ({
                networkGateway: network,
                address: gatewayAddress,
            })),
        );
    });

    it("tells each istiod who its cluster is", () => {
        const root = Buffer.from("certificate of mesh-ca-root\n").toString("base64");
        expect(values("c2-istio-istiod")).to.deep.equal({
            base: { validationCABundle: root },
            istiodRemote: { injectionCABundle: root },
            env: {
                ISTIO_MULTIROOT_MESH: "true",
                VALIDATION_WEBHOOK_CONFIG_NAME: "",
                INJECTION_WEBHOOK_CONFIG_NAME: "",
                PILOT_ENABLE_REMOTE_CREDENTIALS_CONTROLLER: "false",
            },
            autoscaleEnabled: false,
            resources: {
                requests: { cpu: "50m", memory: "200Mi" },
                limits: { memory: "2Gi" },
            },
            meshConfig: {
                trustDomain: "mesh.example",
                defaultConfig: { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } },
            },
            global: {
                enableReaderRBAC: false,
                hub: "hub.example",
                tag: "1.2.3",
                meshID: "mesh",
                multiCluster: { clusterName: "c2" },
                network: "c2",
                proxy: { resources: { requests: { cpu: "10m", memory: "40Mi" } } },
            },
            from: "stack",
            bundle: "istiod",
        });
    });

    const charts = [
        ["base", "istio-base"],
        ["istiod", "istio-istiod"],
        ["gateway", "eastwest-chart"],
        ["metallb", "metallb-chart"],
    ] as const;
    for (const [key, suffix] of charts) {
        it(`takes chart ${key} from the sources, with the bundle's values and the stack's`, () => {
            for (const cluster of NAMES) {
                const { chart, version } = get(CHART, `${cluster}-${suffix}`).inputs;
                expect({ chart, version }).to.deep.equal({
                    chart: sources.charts[key].chart,
                    version: sources.charts[key].version,
                });
                expect(values(`${cluster}-${suffix}`)).to.include({ from: "stack", bundle: key });
            }
        });
    }

    it("gives each cluster its own intermediate of the one root, secret", () => {
        for (const cluster of NAMES) {
            const { inputs, secrets } = get(SECRET, `${cluster}-istio-cacerts`);
            expect(inputs.stringData).to.deep.equal(
                caCerts(
                    `certificate of mesh-ca-${cluster}-cert\n`,
                    `key of mesh-ca-${cluster}-key\n`,
                    "certificate of mesh-ca-root\n",
                    "certificate of mesh-ca-root\n",
                ),
            );
            expect(secrets).to.deep.equal(["stringData"]);
        }
    });

    it("signs for as long as the plan says", () => {
        const root = get("tls:index/selfSignedCert:SelfSignedCert", "mesh-ca-root");
        const cert = get("tls:index/locallySignedCert:LocallySignedCert", "mesh-ca-c1-cert");
        expect(root.inputs.validityPeriodHours).to.equal(2400);
        expect(cert.inputs.validityPeriodHours).to.equal(240);
        expect(cert.inputs.earlyRenewalHours).to.equal(72);
    });

    it("makes a gateway when its control plane and MetalLB are there", () => {
        const needed = fleet.recording.dependencyNames(get(GATEWAY, "c1-eastwest"));
        expect(needed).to.include.members(["c1-istio-base", "c1-istio-istiod", "c1-metallb-pool"]);
    });

    it("makes a control plane while MetalLB comes up", () => {
        const needed = fleet.recording.dependencyNames(get(ISTIO, "c1-istio"));
        expect(needed.filter((name) => name.includes("metallb"))).to.deep.equal([]);
    });

    it("asks each MetalLB's webhook in its own cluster", () => {
        const nodes = fleet.clusters.map(({ plan: { name } }) => {
            const { inputs } = get("command:local:Command", `${name}-metallb-webhook`);
            return { environment: inputs.environment, triggers: inputs.triggers };
        });
        expect(nodes).to.deep.equal(
            fleet.clusters.map(({ access, identity }) => ({
                environment: access,
                triggers: [identity],
            })),
        );
    });

    it("makes MetalLB's certificates while the clusters are made", () => {
        for (const cluster of NAMES) {
            const certificate = get(CERTIFICATE, `${cluster}-metallb-webhook`);
            expect(fleet.recording.dependencyNames(certificate)).to.deep.equal([]);
            expect(certificate.deletedWith).to.equal("");
        }
    });

    it("issues MetalLB's certificates for its webhook", () => {
        for (const cluster of NAMES) {
            const request = get(REQUEST, `${cluster}-metallb-webhook-request`);
            expect(request.inputs.dnsNames).to.deep.equal([
                "metallb-webhook-service.metallb-system.svc",
            ]);
        }
    });
});
