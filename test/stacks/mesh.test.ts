// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type Sources, upstream } from "../../bundle";
import { caCerts } from "../../components/meshCa";
import { remoteKubeconfig } from "../../components/remoteSecret";
import { formatEdge, fullMesh } from "../../plan/edges";
import { clusterNames } from "../helpers/arbitraries";
import { configOf } from "../helpers/fleets";
import type { Registration } from "../helpers/mocks";
import { type Fleet, deletedWithOf, providerOf, recordFleet } from "../helpers/stacks";

const CONTROL_PLANE = "istio-fleet:index:IstioControlPlane";
const CERTIFICATE = "istio-fleet:index:WebhookCertificate";
const REQUEST = "tls:index/certRequest:CertRequest";
const CHART = "kubernetes:helm.sh/v4:Chart";
const SECRET = "kubernetes:core/v1:Secret";
const REMOTE = "istio-fleet:index:RemoteSecret";
const READER = "istio-fleet:index:RemoteReader";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const ISTIO = "istio-fleet:index:IstioControlPlane";
const METALLB = "istio-fleet:index:MetalLb";
const GATEWAY = "istio-fleet:index:EastWestGateway";

const NAMES = ["c1", "c2", "c3"];

const sources: Sources = {
    ...upstream,
    istio: { hub: "hub.example", tag: "1.2.3" },
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
    trust: { domain: "mesh.example", rootValidityDays: 100, intermediateValidityDays: 10 },
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
    const { ofType, get } = {
        ofType: (type: string) => fleet.recording.ofType(type),
        get: (type: string, name: string) => fleet.recording.get(type, name),
    };
    const values = (chart: string) => get(CHART, chart).inputs.values as Record<string, unknown>;
    const inside = (component: string) =>
        fleet.recording.all.filter(({ parent }) => parent.endsWith(`::${component}`));
    const places = (resources: readonly Registration[]) =>
        new Set(resources.map((resource) => providerOf(fleet.recording, resource)));

    it("makes so many components of each kind", () => {
        const counts = Object.entries(fleet.recording.counts()).filter(([type]) =>
            type.startsWith("istio-fleet:"),
        );
        expect(Object.fromEntries(counts)).to.deep.equal({
            "istio-fleet:index:KindCluster": 3,
            "istio-fleet:index:MeshCa": 1,
            [METALLB]: 3,
            "istio-fleet:index:WebhookCertificate": 3,
            [ISTIO]: 3,
            [GATEWAY]: 3,
            [READER]: 4,
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
            autoscaleEnabled: false,
            resources: { requests: { cpu: "50m", memory: "200Mi" } },
            meshConfig: { trustDomain: "mesh.example" },
            global: {
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
    });

    it("makes a gateway when its control plane and MetalLB are there", () => {
        const needed = fleet.recording.dependencyNames(get(GATEWAY, "c1-eastwest"));
        expect(needed).to.include.members(["c1-istio-base", "c1-istio-istiod", "c1-metallb-pool"]);
    });

    it("makes a control plane while MetalLB's webhook is waited for", () => {
        const needed = fleet.recording.dependencyNames(get(CONTROL_PLANE, "c1-istio"));
        expect(needed).to.include("c1-metallb-chart").and.not.include("c1-metallb-pool");
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

    it("makes a reader for each edge, in the observed cluster", () => {
        const readers = ofType(READER).map((resource) => [
            resource.name,
            providerOf(fleet.recording, resource),
        ]);
        expect(readers).to.have.deep.members([
            ["c2.reader.c1", "c2"],
            ["c1.reader.c2", "c1"],
            ["c3.reader.c1", "c3"],
            ["c3.reader.c2", "c3"],
        ]);
    });

    it("names each reader's account after the cluster that observes", () => {
        const accounts = ofType(ACCOUNT).map((account) => {
            const { name } = account.inputs.metadata as { name: string };
            return [providerOf(fleet.recording, account), name];
        });
        expect(accounts).to.have.deep.members([
            ["c2", "istio-reader-c1"],
            ["c1", "istio-reader-c2"],
            ["c3", "istio-reader-c1"],
            ["c3", "istio-reader-c2"],
        ]);
    });

    it("makes a remote secret for each edge, in the observing cluster", () => {
        const remotes = ofType(REMOTE).map((resource) => [
            resource.name,
            providerOf(fleet.recording, resource),
        ]);
        expect(remotes).to.have.deep.members([
            ["c1.remote-secret.c2", "c1"],
            ["c2.remote-secret.c1", "c2"],
            ["c1.remote-secret.c3", "c1"],
            ["c2.remote-secret.c3", "c2"],
        ]);
    });

    it("lets a remote secret lead to the observed cluster by the token of its reader", () => {
        const { inputs, secrets } = get(SECRET, "c2.remote-secret.c3-secret");
        const observed = { observedCluster: "c3", server: "https://c3-control-plane:6443" };
        const token = "c3.reader.c2-token";
        expect(inputs.stringData).to.deep.equal({
            c3: remoteKubeconfig(observed, `ca of ${token}`, `token of ${token}`),
        });
        expect(secrets).to.deep.equal(["stringData"]);
    });

    it("makes a reader when the observed cluster has the role for it", () => {
        const needed = fleet.recording.dependencyNames(get(READER, "c3.reader.c2"));
        expect(needed).to.include("c3-istio-istiod");
    });

    it("makes a remote secret when the observing cluster has its namespace", () => {
        const needed = fleet.recording.dependencyNames(get(REMOTE, "c2.remote-secret.c3"));
        expect(needed).to.include.members(["c2-istio-istiod", "c3.reader.c2-token"]);
    });

    it("has nothing else in the edges' components", () => {
        expect(inside("c3.reader.c2").map(({ name }) => name)).to.have.members([
            "c3.reader.c2-account",
            "c3.reader.c2-binding",
            "c3.reader.c2-token",
        ]);
        expect(inside("c2.remote-secret.c3").map(({ name }) => name)).to.deep.equal([
            "c2.remote-secret.c3-secret",
        ]);
    });
});

/** The edges that the names of components of a type stand for, as configs write them. */
function edgesOf({ recording }: Fleet, type: string, word: string): string[] {
    return recording.names(type).map((name) => {
        const [inCluster = "", other = ""] = name.split(`.${word}.`);
        return type === REMOTE ? `${inCluster} -> ${other}` : `${other} -> ${inCluster}`;
    });
}

describe("createMesh of any fleet", () => {
    it("has one remote secret and one reader for each edge", async () => {
        const fleets = clusterNames(2048, { max: 3 }).chain((names) =>
            fc.tuple(fc.constant(names), fc.subarray(fullMesh(names).map(formatEdge))),
        );
        await fc.assert(
            fc.asyncProperty(fleets, async ([names, edges]) => {
                const fleet = await recordFleet(configOf(names, { edges }));
                expect(edgesOf(fleet, REMOTE, "remote-secret")).to.have.members(edges);
                expect(edgesOf(fleet, READER, "reader")).to.have.members(edges);
            }),
            { numRuns: 8 },
        );
    });

    // Two resources of one URN make recordFleet throw, as they make the engine refuse the program.
    it("gives no name twice, even where clusters are called like parts of names", async () => {
        const names = ["root", "a", "c", "a-reader-b", "b-reader-c"];
        const edges = ["c -> a-reader-b", "b-reader-c -> a"];
        const fleet = await recordFleet(configOf(names, { edges }));
        expect(edgesOf(fleet, READER, "reader")).to.have.members(edges);
    });
});
