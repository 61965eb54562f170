// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { configOf } from "../helpers/fleets";
import { reachable } from "../helpers/existing";
import { settled } from "../helpers/mocks";
import { EMPTY, type Fleet, recordFleet } from "../helpers/stacks";

const CHART = "kubernetes:helm.sh/v4:Chart";
const COMMAND = "command:local:Command";
const CRDS = "istio-fleet:index:Crds";
const EXPOSURE = "istio-fleet:index:IstiodExposure";
const GATEWAY = "istio-fleet:index:EastWestGateway";
const LEFTOVERS = "istio-fleet:index:Leftovers";
const METALLB = "istio-fleet:index:MetalLb";
const PRIMARY = "istio-fleet:index:IstioControlPlane";
const PROVIDER = "pulumi:providers:kubernetes";
const REMOTE = "istio-fleet:index:IstioRemote";
const ROUTES = "istio-fleet:index:PodRoutes";
const SECRET = "istio-fleet:index:RemoteSecret";

const values = (fleet: Fleet, chart: string) =>
    fleet.recording.get(CHART, chart).inputs.values as Record<string, Record<string, unknown>>;

describe("a primary and its remote", () => {
    let fleet: Fleet;
    before(async () => {
        const clusters = [{ name: "east" }, { name: "west", primary: "east" }];
        fleet = await recordFleet(configOf(clusters, { edges: [] }));
    });

    it("have one istiod, and one intermediate", () => {
        expect(fleet.recording.names(PRIMARY)).to.deep.equal(["east-istio"]);
        expect(fleet.recording.names(REMOTE)).to.deep.equal(["west-istio"]);
        expect(fleet.recording.names("tls:index/locallySignedCert:LocallySignedCert"))
            .to.include("mesh-ca-east-cert")
            .and.not.include("mesh-ca-west-cert");
    });

    it("have a remote secret in the primary, without an edge that asks for it", () => {
        expect(fleet.recording.names(SECRET)).to.deep.equal(["east.remote-secret.west"]);
    });

    it("let that istiod serve others, at the planned address of its gateway", () => {
        const [east] = fleet.clusters;
        expect(values(fleet, "east-istio-istiod").global?.externalIstiod).to.equal(true);
        expect(values(fleet, "west-istio-istiod").global?.remotePilotAddress).to.equal(
            east?.plan.gatewayAddress,
        );
        expect(fleet.recording.names(EXPOSURE)).to.deep.equal(["east-istiod-exposure"]);
    });

    it("make the remote's gateway when its primary serves it and knows it", () => {
        const needed = fleet.recording.dependencyNames(
            fleet.recording.get(GATEWAY, "west-eastwest"),
        );
        expect(needed).to.include.members([
            "east-istiod-exposure-routes",
            "east.remote-secret.west-secret",
            "west-istio-istiod",
            "west-metallb-pool",
        ]);
    });

    it("say in their namespaces who they are", () => {
        const labels = ["east", "west"].map((name) => {
            const namespace = fleet.recording.get(
                "kubernetes:core/v1:Namespace",
                `${name}-istio-namespace`,
            );
            return (namespace.inputs.metadata as { labels: Record<string, string> }).labels;
        });
        expect(labels.map((all) => all["istio-fleet.io/member"])).to.deep.equal([
            "east.primary",
            "west.remote",
        ]);
    });

    it("discover each other", () => {
        expect(fleet.outputs.edges).to.deep.equal([
            { observing: "east", observed: "west" },
            { observing: "west", observed: "east" },
        ]);
    });
});

describe("clusters on one network", () => {
    let fleet: Fleet;
    before(async () => {
        const clusters = [
            { name: "a", network: "n" },
            { name: "b", network: "n" },
        ];
        fleet = await recordFleet(configOf(clusters));
    });

    it("have routes and no gateways", async () => {
        expect(fleet.recording.names(GATEWAY)).to.deep.equal([]);
        const { inputs } = fleet.recording.get(COMMAND, "flat-networks-set");
        expect(inputs.environment).to.deep.include({ CLUSTERS: "a/n b/n", JOINS: "clusters" });
        expect(await settled(fleet.outputs.kubeconfigs)).to.deep.include({ secret: true });
        expect(fleet.outputs.clusters.a?.gatewayAddress).to.equal(undefined);
    });

    it("have routes when the clusters are there", () => {
        const routes = fleet.recording.get(ROUTES, "flat-networks");
        expect(fleet.recording.dependencyNames(routes)).to.deep.equal(["a-kind", "b-kind"]);
    });
});

describe("a cluster apart from two on one network", () => {
    it("is in the list of routes, in a group of its own, and all have gateways", async () => {
        const clusters = [
            { name: "a", network: "n" },
            { name: "b", network: "n" },
            { name: "c", workers: 1 },
        ];
        const { recording } = await recordFleet(configOf(clusters));
        const { inputs } = recording.get(COMMAND, "flat-networks-set");
        expect(inputs.environment).to.deep.include({ CLUSTERS: "a/n b/n c/c" });
        expect(recording.names(GATEWAY)).to.deep.equal(["a-eastwest", "b-eastwest", "c-eastwest"]);
        const speakers = ["a", "c"].map((name) => {
            const { values } = recording.get(CHART, `${name}-metallb-chart`).inputs;
            return (values as { speaker: { memberlist: object } }).speaker.memberlist;
        });
        expect(speakers).to.deep.equal([{ enabled: false }, { enabled: true }]);
    });
});

describe("clusters that somebody else made", () => {
    let fleet: Fleet;
    before(async () => {
        const clusters = [
            {
                name: "lb",
                existing: {
                    kubeconfig: "./lb.kubeconfig",
                    server: "https://lb.example:6443",
                    loadBalancer: { addresses: "10.0.0.10-10.0.0.19" },
                },
            },
            { name: "own", existing: { kubeconfig: "./own.kubeconfig", loadBalancer: "provided" } },
        ];
        const existing = new Map([
            ["lb", reachable({ uid: "uid-lb", context: "admin@lb", kubeconfig: "keys of lb" })],
            ["own", reachable({ uid: "uid-own", server: "https://10.0.0.2:6443" })],
        ]);
        fleet = await recordFleet(configOf(clusters), { host: { ...EMPTY, existing } });
    });

    it("are not made, and need no docker network", () => {
        expect(fleet.recording.names("istio-fleet:index:KindCluster")).to.deep.equal([]);
        expect(fleet.recording.ofType("docker:index/network:Network")).to.deep.equal([]);
    });

    it("are reached by the context that they were looked at by", () => {
        expect(fleet.recording.get(COMMAND, "lb-crds-apply").inputs.environment).to.deep.equal({
            KIND_NODE: "",
            KUBECONFIG: "./lb.kubeconfig",
            KUBE_CONTEXT: "admin@lb",
            FILE: "file-of-both",
            OWNER: "istio-fleet.test",
            CLUSTER_UID: "uid-lb",
        });
        const provider = fleet.recording.get(PROVIDER, "lb@uid-lb");
        expect(provider.inputs.kubeconfig).to.equal("keys of lb");
        expect(provider.secrets).to.include("kubeconfig");
    });

    it("get MetalLB, and its CRDs, only where they have no load balancing of their own", () => {
        expect(fleet.recording.names(METALLB)).to.deep.equal(["lb-metallb"]);
        const own = fleet.recording.get(COMMAND, "own-crds-apply").inputs.environment;
        expect(own).to.deep.include({ FILE: "file-of-istio" });
        const { service } = values(fleet, "own-eastwest-chart");
        expect(service?.annotations).not.to.have.property("metallb.io/loadBalancerIPs");
    });

    it("lose everything again when the fleet goes: nothing is deleted with a cluster", () => {
        expect(fleet.recording.all.filter(({ deletedWith }) => deletedWith !== "")).to.deep.equal(
            [],
        );
        expect(fleet.recording.names(LEFTOVERS)).to.deep.equal(["lb-leftovers", "own-leftovers"]);
        expect(fleet.recording.names(CRDS)).to.deep.equal(["lb-crds", "own-crds"]);
        const provider = fleet.recording.get(PROVIDER, "lb@uid-lb");
        expect(fleet.recording.dependencyNames(provider)).to.deep.equal([
            "lb-crds-apply",
            "lb-leftovers-delete",
        ]);
    });

    it("are read by their peers where the config says, or where the kubeconfig does", () => {
        const { lb, own } = fleet.outputs.clusters;
        expect([lb?.peerApiServer, own?.peerApiServer]).to.deep.equal([
            "https://lb.example:6443",
            "https://10.0.0.2:6443",
        ]);
    });
});
