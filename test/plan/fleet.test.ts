// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { parseConfig } from "../../config";
import type { FleetPlan } from "../../plan/fleet";
import { formatEdge, fullMesh } from "../../plan/edges";
import { type Range, contains, overlaps, parseAddress, parseCidr } from "../../plan/ipv4";
import { clusterNames, shuffled } from "../helpers/arbitraries";
import { complaints, configOf, planOf } from "../helpers/fleets";

const plan = (names: readonly string[], others?: Record<string, unknown>): FleetPlan =>
    planOf(configOf(names, others));

const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `c${String(index)}`, index }));

function cidr(text: string): Range {
    const block = parseCidr(text);
    if (!block) throw new Error(`not a CIDR block: ${text}`);
    return block;
}

function range(text: string): Range {
    const [first, last] = text.split("-").map((address) => parseAddress(address));
    if (first === undefined || last === undefined) throw new Error(`not a range: ${text}`);
    return { first, last };
}

const single = (address: string): Range => range(`${address}-${address}`);

/** Every block of addresses that a plan gives to somebody. */
function blocks({ network, clusters }: FleetPlan): Range[] {
    return [
        cidr(network.nodeRange),
        ...clusters.flatMap(({ podSubnet, serviceSubnet, addressPool }) => [
            cidr(podSubnet),
            cidr(serviceSubnet),
            range(addressPool),
        ]),
    ];
}

describe("planFleet", () => {
    it("decides everything about a fleet of two", () => {
        expect(plan(["west", "east"])).to.deep.equal({
            meshId: "fleet",
            trust: {
                domain: "cluster.local",
                rootValidityDays: 3650,
                intermediateValidityDays: 365,
                keyAlgorithm: "ECDSA",
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
                    index: 572,
                    network: "east",
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
                    index: 430,
                    network: "west",
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
        });
    });

    it("gives no two clusters, nor the nodes, an address in common", () => {
        fc.assert(
            fc.property(clusterNames(2048), (names) => {
                const all = blocks(plan(names));
                const pairs = all.flatMap((a, i) => all.slice(i + 1).filter((b) => overlaps(a, b)));
                expect(pairs).to.deep.equal([]);
            }),
        );
    });

    it("keeps pools in the subnet and off the bridge", () => {
        fc.assert(
            fc.property(clusterNames(2048), (names) => {
                const { network, clusters } = plan(names);
                for (const { addressPool } of clusters) {
                    expect(contains(cidr(network.subnet), range(addressPool))).to.equal(true);
                    expect(overlaps(range(addressPool), single(network.gateway))).to.equal(false);
                }
            }),
        );
    });

    it("gives every gateway an address of its cluster's pool", () => {
        fc.assert(
            fc.property(clusterNames(2048), (names) => {
                for (const { addressPool, gatewayAddress } of plan(names).clusters) {
                    const inPool = contains(range(addressPool), single(gatewayAddress));
                    expect(inPool).to.equal(true);
                }
            }),
        );
    });

    it("gives no name, port or address twice", () => {
        fc.assert(
            fc.property(clusterNames(2048), (names) => {
                const { clusters } = plan(names);
                const keys = [
                    "name",
                    "index",
                    "network",
                    "apiServerPort",
                    "apiServer",
                    "peerApiServer",
                    "gatewayAddress",
                ] as const;
                for (const key of keys) {
                    expect(new Set(clusters.map((cluster) => cluster[key])).size, key).to.equal(
                        names.length,
                    );
                }
            }),
        );
    });

    it("has each edge of the full mesh once", () => {
        fc.assert(
            fc.property(clusterNames(2048, { max: 6 }), (names) => {
                expect(plan(names).edges.map(formatEdge)).to.have.members(
                    fullMesh(names).map(formatEdge),
                );
            }),
        );
    });

    it("does not depend on the order of clusters and edges", () => {
        const edges = clusterNames(2048, { min: 2, max: 5 }).chain((names) =>
            fc.tuple(
                shuffled(fc.constant(names)),
                shuffled(fc.subarray(fullMesh(names).map(formatEdge))),
            ),
        );
        fc.assert(
            fc.property(edges, ([[names, otherNames], [list, otherList]]) => {
                expect(plan(otherNames, { edges: otherList })).to.deep.equal(
                    plan(names, { edges: list }),
                );
            }),
        );
    });

    it("leaves a cluster as it is when others come or go", () => {
        const fleets = clusterNames(2048, { min: 2 }).chain((names) =>
            fc.tuple(fc.constant(names), fc.subarray(names, { minLength: 1 })),
        );
        fc.assert(
            fc.property(fleets, ([names, some]) => {
                const before = plan(names).clusters.filter(({ name }) => some.includes(name));
                expect(plan(some).clusters).to.deep.equal(before);
            }),
        );
    });

    it("takes the edges of a list", () => {
        expect(plan(["a", "b", "c"], { edges: ["b -> c", "b <-> a"] }).edges).to.deep.equal([
            { observing: "a", observed: "b" },
            { observing: "b", observed: "a" },
            { observing: "b", observed: "c" },
        ]);
    });

    it("places 2048 clusters in a /16", () => {
        const { config } = parseConfig({ clusters: numbered(2048), edges: [] });
        if (!config) throw new Error("the config is good");
        const pools = planOf(config).clusters.map(({ addressPool }) => addressPool);
        expect(new Set(pools).size).to.equal(2048);
    });

    it("refuses the one cluster too many for a /16", () => {
        expect(complaints({ clusters: numbered(2049), edges: [] })).to.deep.equal([
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
});
