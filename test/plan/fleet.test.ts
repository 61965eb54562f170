// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { formatEdge } from "../../plan/edges";
import { type FleetPlan, kindClusters, planFleet } from "../../plan/fleet";
import { formatProblem } from "../../plan/problem";
import { type ClusterInput, complaints, configOf, planOf } from "../helpers/fleets";

const plan = (clusters: readonly ClusterInput[], others?: Record<string, unknown>): FleetPlan =>
    planOf(configOf(clusters, others));

const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `c${String(index)}`, index }));

/** What is wrong with one cluster more than the config itself lets through. */
function complaintsOf2049(network: object): string[] {
    const config = configOf(numbered(2048), { edges: [], network });
    const clusters = [...config.clusters, { name: "c2048", index: 2048, workers: 0 }];
    return planFleet({ ...config, clusters }).problems.map(formatProblem);
}

const EXISTING = { kubeconfig: "./k", loadBalancer: "provided" };

describe("planFleet", () => {
    it("decides everything about a fleet of two", () => {
        expect(plan(["west", "east"])).to.deep.equal({
            meshId: "fleet",
            trust: {
                domain: "cluster.local",
                rootValidityDays: 3650,
                intermediateValidityDays: 365,
                intermediateRenewalHours: 2920,
                keyAlgorithm: "ECDSA",
                roots: { kind: "own", signing: 1, trusted: [1] },
                edgeTokens: undefined,
            },
            network: {
                name: "istio-fleet",
                subnet: "172.30.0.0/16",
                nodeRange: "172.30.0.0/17",
                gateway: "172.30.0.1",
            },
            clusters: [
                {
                    name: "east",
                    network: "east",
                    primary: "east",
                    gateway: true,
                    host: "kind",
                    index: 572,
                    workers: 0,
                    podSubnet: "10.35.192.0/20",
                    serviceSubnet: "10.163.192.0/20",
                    apiServerPort: 20_572,
                    apiServer: "https://127.0.0.1:20572",
                    peerApiServer: "https://east-control-plane:6443",
                    addressPool: "172.30.163.193-172.30.163.206",
                    gatewayAddress: "172.30.163.193",
                },
                {
                    name: "west",
                    network: "west",
                    primary: "west",
                    gateway: true,
                    host: "kind",
                    index: 430,
                    workers: 0,
                    podSubnet: "10.26.224.0/20",
                    serviceSubnet: "10.154.224.0/20",
                    apiServerPort: 20_430,
                    apiServer: "https://127.0.0.1:20430",
                    peerApiServer: "https://west-control-plane:6443",
                    addressPool: "172.30.154.225-172.30.154.238",
                    gatewayAddress: "172.30.154.225",
                },
            ],
            edges: [
                { observing: "east", observed: "west" },
                { observing: "west", observed: "east" },
            ],
            discoveries: [
                { observing: "east", observed: "west" },
                { observing: "west", observed: "east" },
            ],
            metrics: undefined,
        });
    });

    it("takes what an existing cluster says of itself", () => {
        const existing = {
            kubeconfig: "./lan.kubeconfig",
            context: "admin",
            server: "https://192.168.7.2:6443",
            loadBalancer: { addresses: "192.168.7.64/26" },
        };
        expect(plan([{ name: "lan", network: "n", existing }]).clusters).to.deep.equal([
            {
                name: "lan",
                network: "n",
                primary: "lan",
                gateway: true,
                host: "existing",
                kubeconfig: "./lan.kubeconfig",
                context: "admin",
                peerApiServer: "https://192.168.7.2:6443",
                addressPool: "192.168.7.64-192.168.7.127",
                gatewayAddress: "192.168.7.64",
                measured: false,
                claimsVolumes: false,
                expiringTokens: false,
                keepsMetrics: false,
                admitsSenders: false,
            },
        ]);
    });

    it("leaves open what an existing cluster does not say", () => {
        const existing = { kubeconfig: "./cloud.kubeconfig", loadBalancer: "provided" };
        expect(plan([{ name: "cloud", existing }]).clusters).to.deep.equal([
            {
                name: "cloud",
                network: "cloud",
                primary: "cloud",
                gateway: true,
                host: "existing",
                kubeconfig: "./cloud.kubeconfig",
                context: undefined,
                peerApiServer: undefined,
                addressPool: undefined,
                gatewayAddress: undefined,
                measured: false,
                claimsVolumes: false,
                expiringTokens: false,
                keepsMetrics: false,
                admitsSenders: false,
            },
        ]);
    });

    it("tells existing clusters their role in the metrics", () => {
        const clusters = [
            { name: "a", existing: EXISTING },
            { name: "b", primary: "a", existing: EXISTING },
        ];
        const planned = plan(clusters, { metrics: { central: "b" } }).clusters;
        const role = {
            measured: true,
            claimsVolumes: true,
            keepsMetrics: false,
            admitsSenders: false,
        };
        expect(planned[0]).to.deep.include({ ...role, admitsSenders: true });
        expect(planned[1]).to.deep.include({ ...role, keepsMetrics: true });
    });

    it("finds who sends metrics by the discoveries, those of remotes among them", () => {
        const clusters = ["hub", { name: "far", primary: "hub" }, "west", "lone"];
        const { metrics } = plan(clusters, {
            edges: ["west -> hub", "hub -> lone"],
            metrics: { central: "hub" },
        });
        expect(metrics?.senders).to.deep.equal(["far", "hub", "west"]);
    });

    it("gives kind clusters the workers that they ask for", () => {
        const clusters = kindClusters(plan([{ name: "a", workers: 15 }, "b"]));
        expect(clusters.map(({ workers }) => workers)).to.deep.equal([15, 0]);
    });

    it("gives a remote its primary's edges as discoveries, and no remote secret of its own", () => {
        const { clusters, edges, discoveries } = plan([
            "east",
            { name: "far", primary: "east" },
            "west",
        ]);
        expect(clusters.map(({ primary }) => primary)).to.deep.equal(["east", "east", "west"]);
        expect(edges.map(formatEdge)).to.deep.equal([
            "east -> far",
            "east -> west",
            "west -> east",
            "west -> far",
        ]);
        expect(discoveries.map(formatEdge)).to.deep.equal([
            "east -> far",
            "east -> west",
            "far -> east",
            "far -> west",
            "west -> east",
            "west -> far",
        ]);
    });

    it("keeps a remote served without any edge", () => {
        const { edges, discoveries } = plan(["p", { name: "r", primary: "p" }], { edges: [] });
        expect(edges.map(formatEdge)).to.deep.equal(["p -> r"]);
        expect(discoveries.map(formatEdge)).to.deep.equal(["p -> r", "r -> p"]);
    });

    it("gives clusters on one network no gateway between them", () => {
        const { clusters } = plan([
            { name: "a", network: "flat" },
            { name: "b", network: "flat" },
        ]);
        expect(clusters.map(({ network, gateway }) => [network, gateway])).to.deep.equal([
            ["flat", false],
            ["flat", false],
        ]);
    });

    it("takes the edges of a list", () => {
        expect(plan(["a", "b", "c"], { edges: ["b -> c", "b <-> a"] }).edges).to.deep.equal([
            { observing: "a", observed: "b" },
            { observing: "b", observed: "a" },
            { observing: "b", observed: "c" },
        ]);
    });

    it("places 2048 clusters in a /16", () => {
        const pools = plan(numbered(2048), { edges: [] }).clusters.map(
            ({ addressPool }) => addressPool,
        );
        expect(new Set(pools).size).to.equal(2048);
    });

    it("refuses the one cluster too many for a /16", () => {
        expect(complaintsOf2049({})).to.deep.equal([
            "clusters: 2049 must be at most 2048, the number of address pools in network.subnet. " +
                "Use a network.subnet with a shorter prefix, up to /16 for 2048 clusters.",
            "clusters[2048].index: 2048 must be below 2048, the number of address pools in network.subnet. " +
                "Choose a smaller index, or a network.subnet with a shorter prefix.",
        ]);
    });

    it("places 8 clusters in a /24", () => {
        const network = { subnet: "192.168.7.0/24" };
        expect(complaints({ clusters: numbered(8), network })).to.deep.equal([]);
    });

    it("refuses the ninth cluster in a /24", () => {
        const network = { subnet: "192.168.7.0/24" };
        expect(complaints({ clusters: numbered(9), network })[0]).to.equal(
            "clusters: 9 must be at most 8, the number of address pools in network.subnet. " +
                "Use a network.subnet with a shorter prefix, up to /16 for 2048 clusters.",
        );
    });

    it("places 256 clusters in a /19", () => {
        const network = { subnet: "172.30.32.0/19" };
        expect(complaints({ clusters: numbered(256), edges: [], network })).to.deep.equal([]);
    });

    it("refuses the 257th cluster in a /19", () => {
        const network = { subnet: "172.30.32.0/19" };
        expect(complaints({ clusters: numbered(257), edges: [], network })).to.deep.equal([
            "clusters: 257 must be at most 256, the number of address pools in network.subnet. " +
                "Use a network.subnet with a shorter prefix, up to /16 for 2048 clusters.",
            "clusters[256].index: 256 must be below 256, the number of address pools in network.subnet. " +
                "Choose a smaller index, or a network.subnet with a shorter prefix.",
        ]);
    });

    it("refuses the 2049th cluster in a /12 too, where 32768 pools fit: blocks of pods run out", () => {
        const network = { subnet: "172.16.0.0/12" };
        expect(complaints({ clusters: numbered(2048), edges: [], network })).to.deep.equal([]);
        const [first = ""] = complaintsOf2049(network);
        expect(first).to.match(/^clusters: 2049 must be at most 2048, /);
    });

    it("counts kind clusters alone against the subnet's pools", () => {
        const clusters = [...numbered(8), { name: "lan", existing: EXISTING }];
        const network = { subnet: "192.168.7.0/24" };
        expect(complaints({ clusters, network })).to.deep.equal([]);
    });
});
