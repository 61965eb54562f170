// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type NetworkAddresses, planAddresses, planNetwork } from "../../plan/addresses";
import {
    type Range,
    contains,
    formatAddress,
    formatCidr,
    formatRange,
    overlaps,
} from "../../plan/ipv4";
import { cidr } from "../helpers/arbitraries";

function network(subnet: string): NetworkAddresses {
    const planned = planNetwork(subnet);
    if ("rule" in planned) throw new Error(planned.rule);
    return planned;
}

/** Subnets that a plan accepts: any size that it knows, anywhere but in 10.0.0.0/8. */
const subnet = cidr(8, 26)
    .filter((block) => !overlaps(block, { first: 0x0a000000, last: 0x0affffff }))
    .map(formatCidr);

/** A network and two different indexes of it. */
const networkAndIndexes = subnet.map(network).chain((planned) => {
    const index = fc.integer({ min: 0, max: planned.indexes - 1 });
    return fc.tuple(fc.constant(planned), index, index).filter(([, a, b]) => a !== b);
});

describe("planNetwork", () => {
    it("gives the lower half to nodes and the first address to the bridge", () => {
        const { subnet, nodes, gateway } = network("172.30.0.0/16");
        expect(formatCidr(subnet)).to.equal("172.30.0.0/16");
        expect(formatCidr(nodes)).to.equal("172.30.0.0/17");
        expect(formatAddress(gateway)).to.equal("172.30.0.1");
    });

    const sizes: [string, number][] = [
        ["172.0.0.0/8", 2048],
        ["172.16.0.0/12", 2048],
        ["172.30.0.0/16", 2048],
        ["172.30.0.0/17", 1024],
        ["172.30.0.0/19", 256],
        ["172.30.0.0/20", 128],
        ["192.168.7.0/24", 8],
        ["192.168.7.64/26", 2],
    ];
    for (const [subnet, indexes] of sizes) {
        it(`has room for ${String(indexes)} clusters in ${subnet}`, () => {
            expect(network(subnet).indexes).to.equal(indexes);
        });
    }

    for (const subnet of ["172.30.0.0", "172.0.0.0/7", "172.30.0.0/27", "172.30.0.1/16", "x", ""]) {
        it(`refuses "${subnet}"`, () => {
            expect(planNetwork(subnet)).to.deep.equal({
                property: "network.subnet",
                value: subnet,
                rule: "must be an IPv4 block with a prefix from /8 to /26 and no host bits set",
                fix: "For example 172.30.0.0/16, which holds 2048 clusters; a /24 holds 8.",
            });
        });
    }

    for (const subnet of ["10.0.0.0/8", "10.0.0.0/24", "10.127.0.0/16", "10.255.255.0/24"]) {
        it(`refuses ${subnet}, where pods and services are`, () => {
            expect(planNetwork(subnet)).to.deep.equal({
                property: "network.subnet",
                value: subnet,
                rule: "must not overlap 10.0.0.0/8, where pods and services get their addresses",
                fix: "Choose a block in 172.16.0.0/12 or 192.168.0.0/16 that this machine does not use.",
            });
        });
    }

    for (const subnet of ["9.255.255.0/24", "11.0.0.0/24"]) {
        it(`accepts ${subnet}, next to where pods and services are`, () => {
            expect(planNetwork(subnet)).not.to.have.property("rule");
        });
    }
});

describe("planAddresses", () => {
    it("gives the first cluster the first of everything", () => {
        const { podSubnet, serviceSubnet, pool, apiServerPort } = planAddresses(
            network("172.30.0.0/16"),
            0,
        );
        expect(formatCidr(podSubnet)).to.equal("10.0.0.0/20");
        expect(formatCidr(serviceSubnet)).to.equal("10.128.0.0/20");
        expect(formatRange(pool)).to.equal("172.30.128.1-172.30.128.14");
        expect(apiServerPort).to.equal(20_000);
    });

    it("gives the last cluster the last of everything", () => {
        const { podSubnet, serviceSubnet, pool, apiServerPort } = planAddresses(
            network("172.30.0.0/16"),
            2047,
        );
        expect(formatCidr(podSubnet)).to.equal("10.127.240.0/20");
        expect(formatCidr(serviceSubnet)).to.equal("10.255.240.0/20");
        expect(formatRange(pool)).to.equal("172.30.255.241-172.30.255.254");
        expect(apiServerPort).to.equal(22_047);
    });

    it("gives two indexes pools, pods, services and ports that have nothing in common", () => {
        fc.assert(
            fc.property(networkAndIndexes, ([planned, one, other]) => {
                const a = planAddresses(planned, one);
                const b = planAddresses(planned, other);
                const blocks = [a, b].flatMap(({ podSubnet, serviceSubnet, pool }): Range[] => [
                    podSubnet,
                    serviceSubnet,
                    pool,
                ]);
                expect(overlappingPairs(blocks)).to.deep.equal([]);
                expect(a.apiServerPort).not.to.equal(b.apiServerPort);
            }),
        );
    });

    it("keeps every pool in the subnet, off the nodes, the bridge and the broadcast address", () => {
        fc.assert(
            fc.property(networkAndIndexes, ([planned, index]) => {
                const { pool } = planAddresses(planned, index);
                const bridge = { first: planned.gateway, last: planned.gateway };
                const broadcast = { first: planned.subnet.last, last: planned.subnet.last };
                expect(contains(planned.subnet, pool)).to.equal(true);
                expect(overlaps(pool, planned.nodes)).to.equal(false);
                expect(overlaps(pool, bridge)).to.equal(false);
                expect(overlaps(pool, broadcast)).to.equal(false);
            }),
        );
    });

    it("keeps pods, services and ports in their own ranges", () => {
        fc.assert(
            fc.property(networkAndIndexes, ([planned, index]) => {
                const { podSubnet, serviceSubnet, apiServerPort } = planAddresses(planned, index);
                expect(podSubnet.first).to.be.at.least(0x0a000000);
                expect(podSubnet.last).to.be.at.most(0x0a7fffff);
                expect(serviceSubnet.first).to.be.at.least(0x0a800000);
                expect(serviceSubnet.last).to.be.at.most(0x0affffff);
                expect(apiServerPort).to.be.within(20_000, 22_047);
            }),
        );
    });
});

function overlappingPairs(ranges: readonly Range[]): [Range, Range][] {
    return ranges.flatMap((a, i) =>
        ranges
            .slice(i + 1)
            .filter((b) => overlaps(a, b))
            .map((b): [Range, Range] => [a, b]),
    );
}
