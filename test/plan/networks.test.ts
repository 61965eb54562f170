// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type NetworkConfig, needsGateway, planNetworks } from "../../plan/networks";
import { planRoles } from "../../plan/roles";
import { fleets } from "../helpers/arbitraryFleets";

const kind = (name: string, network?: string): NetworkConfig => ({ name, network });
const existing = (name: string, network?: string): NetworkConfig => ({
    name,
    network,
    existing: {},
});

/** Names of the clusters that have a gateway. */
function gateways(clusters: readonly (NetworkConfig & { primary?: string })[]): string[] {
    const { networks } = planNetworks(clusters);
    const { roles } = planRoles(clusters);
    return clusters.map(({ name }) => name).filter((name) => needsGateway(networks, roles, name));
}

describe("planNetworks", () => {
    it("takes the cluster's name for a network that is not given", () => {
        expect(planNetworks([kind("a"), kind("b", "n"), existing("c", "m")])).to.deep.equal({
            networks: new Map([
                ["a", "a"],
                ["b", "n"],
                ["c", "m"],
            ]),
            problems: [],
        });
    });

    it("lets clusters of one kind share a network", () => {
        const clusters = [
            kind("a", "flat"),
            kind("b", "flat"),
            existing("c", "lan"),
            existing("d", "lan"),
        ];
        expect(planNetworks(clusters).problems).to.deep.equal([]);
    });

    it("lets a cluster join another's network by that one's name", () => {
        const { networks, problems } = planNetworks([kind("a"), kind("b", "a")]);
        expect(networks.get("b")).to.equal(networks.get("a"));
        expect(problems).to.deep.equal([]);
    });

    const rule =
        'is also the network of the kind cluster "k", whose nodes have no routes to an existing cluster';
    const fix = 'Give this cluster or "k" a network of its own.';

    it("refuses each existing cluster on a network of a kind cluster", () => {
        const clusters = [existing("a", "n"), kind("k", "n"), existing("b", "n")];
        expect(planNetworks(clusters).problems).to.deep.equal([
            { property: "clusters[0].network", value: "n", rule, fix },
            { property: "clusters[2].network", value: "n", rule, fix },
        ]);
    });

    it("refuses a kind cluster that takes an existing one's name for its network", () => {
        expect(planNetworks([kind("k", "lan"), existing("lan")]).problems).to.deep.equal([
            { property: "clusters[1].network", value: "lan", rule, fix },
        ]);
    });

    it("says nothing of clusters of one name, which are refused for that", () => {
        expect(planNetworks([kind("a"), existing("a")]).problems).to.deep.equal([]);
        expect(planNetworks([existing("a"), kind("a", "n")]).problems).to.deep.equal([]);
    });
});

describe("needsGateway", () => {
    it("is so for a cluster alone, whom others may join", () => {
        expect(gateways([kind("a")])).to.deep.equal(["a"]);
    });

    it("is so between networks", () => {
        expect(gateways([kind("a"), kind("b")])).to.deep.equal(["a", "b"]);
    });

    it("is not so where all are on one network", () => {
        expect(gateways([kind("a", "n"), kind("b", "n"), kind("c", "n")])).to.deep.equal([]);
    });

    it("is so for all on a network as soon as one is on another", () => {
        const clusters = [kind("a", "n"), kind("b", "n"), kind("c")];
        expect(gateways(clusters)).to.deep.equal(["a", "b", "c"]);
    });

    it("is so for a primary that serves remotes, on one network too", () => {
        const remote = { ...kind("r", "n"), primary: "p" };
        expect(gateways([kind("p", "n"), kind("q", "n"), remote])).to.deep.equal(["p"]);
    });

    it("is so for every primary of remotes, and for everybody once there are two networks", () => {
        fc.assert(
            fc.property(fleets(), (clusters) => {
                const { networks } = planNetworks(clusters);
                const serving = clusters.flatMap(({ primary }) => primary ?? []);
                const names = clusters.map(({ name }) => name);
                const several = new Set(networks.values()).size > 1 || clusters.length === 1;
                const expected = names.filter((name) => several || serving.includes(name));
                expect(gateways(clusters)).to.deep.equal(expected);
            }),
        );
    });
});
