// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { formatEdge, fullMesh } from "../../plan/edges";
import { type FleetPlan, kindClusters } from "../../plan/fleet";
import { contains, overlaps } from "../../plan/ipv4";
import { shuffled } from "../helpers/arbitraries";
import { edgesOf, fleets, fleetsWithEdges, primariesOf } from "../helpers/arbitraryFleets";
import { type ClusterInput, configOf, planOf } from "../helpers/fleets";
import { cidr, overlapping, range } from "../helpers/planBlocks";

const plan = (clusters: readonly ClusterInput[], edges?: "full-mesh" | string[]): FleetPlan =>
    planOf(configOf(clusters, edges ? { edges } : {}));

const single = (address: string) => range(`${address}-${address}`);

describe("planFleet of any fleet: addresses", () => {
    it("gives no two clusters, nor the nodes, an address in common", () => {
        fc.assert(
            fc.property(fleets({ max: 12 }), (clusters) => {
                expect(overlapping(plan(clusters))).to.deep.equal([]);
            }),
        );
    });

    it("keeps pools of kind clusters in the subnet and off the bridge", () => {
        fc.assert(
            fc.property(fleets({ max: 12 }), (clusters) => {
                const planned = plan(clusters);
                const { subnet, gateway } = planned.network;
                for (const { addressPool } of kindClusters(planned)) {
                    expect(contains(cidr(subnet), range(addressPool))).to.equal(true);
                    expect(overlaps(range(addressPool), single(gateway))).to.equal(false);
                }
            }),
        );
    });

    it("gives every gateway an address of its cluster's pool", () => {
        fc.assert(
            fc.property(fleets({ max: 12 }), (clusters) => {
                for (const { addressPool, gatewayAddress } of plan(clusters).clusters) {
                    const inPool =
                        addressPool === undefined || gatewayAddress === undefined
                            ? addressPool === gatewayAddress
                            : contains(range(addressPool), single(gatewayAddress));
                    expect(inPool).to.equal(true);
                }
            }),
        );
    });

    it("gives no name, port or address twice", () => {
        fc.assert(
            fc.property(fleets({ max: 12 }), (clusters) => {
                const kinds = kindClusters(plan(clusters));
                const keys = [
                    "name",
                    "index",
                    "apiServerPort",
                    "apiServer",
                    "peerApiServer",
                    "gatewayAddress",
                ] as const;
                for (const key of keys) {
                    const values = new Set(kinds.map((cluster) => cluster[key]));
                    expect(values.size, key).to.equal(kinds.length);
                }
            }),
        );
    });
});

describe("planFleet of any fleet: roles", () => {
    it("has each remote observed by its primary, once", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, edges]) => {
                const secrets = plan(clusters, edges).edges.map(formatEdge);
                for (const { name, primary } of clusters) {
                    if (primary === undefined) continue;
                    const own = secrets.filter((edge) => edge === `${primary} -> ${name}`);
                    expect(own).to.have.lengthOf(1);
                }
            }),
        );
    });

    it("gives remote secrets to primaries alone, each once", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, edges]) => {
                const primaries = primariesOf(clusters);
                const secrets = plan(clusters, edges).edges;
                for (const { observing } of secrets) {
                    expect(primaries.get(observing)).to.equal(observing);
                }
                expect(new Set(secrets.map(formatEdge)).size).to.equal(secrets.length);
            }),
        );
    });

    it("keeps every edge of a list as a discovery", () => {
        const lists = fleets().chain((clusters) =>
            fc.tuple(fc.constant(clusters), edgesOf(clusters)),
        );
        fc.assert(
            fc.property(lists, ([clusters, edges]) => {
                expect(plan(clusters, edges).discoveries.map(formatEdge)).to.include.members(edges);
            }),
        );
    });

    it("lets a primary discover what it observes", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, list]) => {
                const primaries = primariesOf(clusters);
                const { edges, discoveries } = plan(clusters, list);
                expect(
                    discoveries.filter(({ observing }) => primaries.get(observing) === observing),
                ).to.deep.equal(edges);
            }),
        );
    });

    it("lets a remote discover its primary and what that discovers, but for itself", () => {
        fc.assert(
            fc.property(fleetsWithEdges(), ([clusters, edges]) => {
                const { discoveries } = plan(clusters, edges);
                const seenBy = (name: string) =>
                    discoveries
                        .filter(({ observing }) => observing === name)
                        .map(({ observed }) => observed);
                for (const { name, primary } of clusters) {
                    if (primary === undefined) continue;
                    const primarys = seenBy(primary).filter((observed) => observed !== name);
                    expect(seenBy(name)).to.have.members([primary, ...primarys]);
                }
            }),
        );
    });

    it("makes the full mesh a discovery of each ordered pair", () => {
        fc.assert(
            fc.property(fleets(), (clusters) => {
                const pairs = fullMesh(clusters.map(({ name }) => name).sort());
                expect(plan(clusters).discoveries).to.deep.equal(pairs);
            }),
        );
    });
});

describe("planFleet of any fleet: stability", () => {
    it("does not depend on the order of clusters and edges", () => {
        const orders = fleetsWithEdges({ min: 2 }).chain(([clusters, edges]) =>
            fc.tuple(
                shuffled(fc.constant(clusters)),
                edges === "full-mesh"
                    ? fc.constant([edges, edges] as const)
                    : shuffled(fc.constant(edges)),
            ),
        );
        fc.assert(
            fc.property(orders, ([[clusters, otherClusters], [edges, otherEdges]]) => {
                expect(plan(otherClusters, otherEdges)).to.deep.equal(plan(clusters, edges));
            }),
        );
    });

    // All but `gateway`: a fleet on one network needs none, and its clusters get one for the first
    // that comes on another network, or as a remote of theirs. Nothing of theirs moves for it.
    it("leaves a cluster as it is, but for its gateway, when others come or go", () => {
        const parts = fleets({ min: 2 }).chain((clusters) =>
            fc.tuple(fc.constant(clusters), fc.subarray(clusters, { minLength: 1 })),
        );
        fc.assert(
            fc.property(parts, ([clusters, some]) => {
                const primaries = some.map(({ name, primary }) => primary ?? name);
                const rest = clusters.filter(
                    (cluster) => some.includes(cluster) || primaries.includes(cluster.name),
                );
                const names = new Set(rest.map(({ name }) => name));
                const before = withoutGateway(plan(clusters)).filter(({ name }) => names.has(name));
                expect(withoutGateway(plan(rest))).to.deep.equal(before);
            }),
        );
    });
});

function withoutGateway({ clusters }: FleetPlan) {
    return clusters.map((cluster) => ({ ...cluster, gateway: undefined }));
}
