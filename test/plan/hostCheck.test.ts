// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkNames, checkNetwork } from "../../plan/hostCheck";
import type { DockerNetwork, KindNode, Route } from "../../plan/hostFacts";
import { configOf, planOf } from "../helpers/fleets";

const OWNER = "istio-fleet/dev";

const plan = {
    name: "istio-fleet",
    subnet: "172.30.0.0/16",
    nodeRange: "172.30.0.0/17",
    gateway: "172.30.0.1",
};

function dockerNetwork(
    name: string,
    subnets: readonly string[],
    labels: Readonly<Record<string, string>> = {},
): DockerNetwork {
    return { id: `${name}-id`, name, subnets, labels };
}

const bridge = dockerNetwork("bridge", ["172.17.0.0/16"]);
const own = dockerNetwork("istio-fleet", ["172.30.0.0/16"], { "istio-fleet.stack": OWNER });

function problems(dockerNetworks: readonly DockerNetwork[], routes: readonly Route[] = []) {
    return checkNetwork(plan, OWNER, { dockerNetworks, routes });
}

describe("checkNetwork", () => {
    it("accepts a machine that uses other addresses", () => {
        const routes = [{ destination: "192.168.1.0/24", device: "eth0" }];
        expect(problems([bridge], routes)).to.deep.equal([]);
    });

    it("accepts the network that this stack has made, and its route", () => {
        const routes = [{ destination: "172.30.0.0/16", device: "br-0123456789ab" }];
        expect(problems([bridge, own], routes)).to.deep.equal([]);
    });

    it("accepts networks of IPv6 only, and networks without addresses", () => {
        const networks = [dockerNetwork("six", ["fd00::/64"]), dockerNetwork("host", [])];
        expect(problems(networks)).to.deep.equal([]);
    });

    it("refuses a network of the name with another subnet", () => {
        const other = { ...own, subnets: ["172.31.0.0/16", "fd00::/64"] };
        expect(problems([bridge, other])).to.deep.equal([
            {
                property: "network.subnet",
                value: "172.30.0.0/16",
                rule: 'is not the subnet of docker network "istio-fleet", which exists with 172.31.0.0/16, fd00::/64',
                fix: "Set network.subnet to that, choose another network.name, or remove it: docker network rm istio-fleet",
            },
        ]);
    });

    it("refuses a network of the name without a subnet", () => {
        expect(problems([{ ...own, subnets: [] }]).map(({ rule }) => rule)).to.deep.equal([
            'is not the subnet of docker network "istio-fleet", which exists with none',
        ]);
    });

    it("refuses a network of the name that belongs to another stack", () => {
        const other = { ...own, labels: { "istio-fleet.stack": "istio-fleet/other" } };
        expect(problems([other])).to.deep.equal([
            {
                property: "network.name",
                value: "istio-fleet",
                rule: "is a docker network that belongs to stack istio-fleet/other",
                fix: "Choose another network.name (and network.subnet), for this stack to have its own.",
            },
        ]);
    });

    it("refuses a network of the name that something else made", () => {
        expect(problems([{ ...own, labels: {} }]).map(({ rule }) => rule)).to.deep.equal([
            "is a docker network that istio-fleet did not make",
        ]);
    });

    it("says both when the network of the name is another stack's and has another subnet", () => {
        const other = { ...own, subnets: ["172.31.0.0/16"], labels: {} };
        expect(problems([other]).map(({ property }) => property)).to.deep.equal([
            "network.subnet",
            "network.name",
        ]);
    });

    for (const subnet of ["172.30.0.0/16", "172.30.7.0/24", "172.16.0.0/12"]) {
        it(`refuses a subnet that another docker network has with ${subnet}`, () => {
            expect(problems([dockerNetwork("other", [subnet])])).to.deep.equal([
                {
                    property: "network.subnet",
                    value: "172.30.0.0/16",
                    rule: `overlaps ${subnet}, which docker network "other" has on this machine`,
                    fix: "Choose a network.subnet that is free here.",
                },
            ]);
        });

        it(`refuses a subnet that a route has with ${subnet}`, () => {
            expect(problems([bridge], [{ destination: subnet, device: "tun0" }])).to.deep.equal([
                {
                    property: "network.subnet",
                    value: "172.30.0.0/16",
                    rule: `overlaps ${subnet}, which a route to tun0 has on this machine`,
                    fix: "Choose a network.subnet that is free here.",
                },
            ]);
        });
    }

    it("says once that a docker network is in the way, not again for its route", () => {
        const routes = [{ destination: "172.30.0.0/16", device: "br-0123456789ab" }];
        expect(problems([dockerNetwork("other", ["172.30.0.0/16"])], routes)).to.have.lengthOf(1);
    });

    it("lists everything that is in the way", () => {
        const others = [
            dockerNetwork("one", ["172.30.1.0/24", "172.30.2.0/24"]),
            dockerNetwork("two", ["172.30.3.0/24"]),
        ];
        const routes = [{ destination: "172.30.4.0/24", device: "tun0" }];
        expect(problems(others, routes).map(({ rule }) => rule)).to.deep.equal([
            'overlaps 172.30.1.0/24, which docker network "one" has on this machine',
            'overlaps 172.30.2.0/24, which docker network "one" has on this machine',
            'overlaps 172.30.3.0/24, which docker network "two" has on this machine',
            "overlaps 172.30.4.0/24, which a route to tun0 has on this machine",
        ]);
    });
});

describe("checkNames", () => {
    const config = configOf(["west", "east"]);
    const marked = { mounts: ["/var", "/kind/istio-fleet/0badcafe-0123456789ab"] };
    const names = (node: Partial<KindNode>, networks = [own]) =>
        checkNames(planOf(config), config.clusters, OWNER, {
            dockerNetworks: networks,
            kindNodes: [
                { cluster: "east", running: true, mounts: [], networks: ["istio-fleet"], ...node },
            ],
        });

    it("accepts a cluster of ours, running or not", () => {
        expect(names(marked)).to.deep.equal([]);
        expect(names({ ...marked, running: false })).to.deep.equal([]);
    });

    it("accepts one on a network that this stack had before", () => {
        const before = dockerNetwork("before", ["172.29.0.0/16"], { "istio-fleet.stack": OWNER });
        expect(names({ ...marked, networks: ["before"] }, [own, before])).to.deep.equal([]);
    });

    it("does not mind clusters of other names", () => {
        expect(names({ cluster: "north" })).to.deep.equal([]);
    });

    const other = dockerNetwork("other", ["172.29.0.0/16"], { "istio-fleet.stack": "x/y" });
    const foreign: [string, Partial<KindNode>][] = [
        ["one without a mark", {}],
        ["one with something like a mark", { mounts: ["/kind/istio-fleet-2/1-2"] }],
        ["one of another stack", { ...marked, networks: ["other"] }],
        ["one on kind's own network", { ...marked, networks: ["kind"] }],
    ];
    for (const [what, node] of foreign) {
        it(`refuses ${what}, at its place in the config`, () => {
            expect(names(node, [own, other])).to.deep.equal([
                {
                    property: "clusters[1].name",
                    value: "east",
                    rule: "is the name of a kind cluster that does not belong to this stack",
                    fix: "Choose another name, or remove that cluster: kind delete cluster --name east",
                },
            ]);
        });
    }
});
