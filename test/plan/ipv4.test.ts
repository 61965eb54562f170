// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import {
    type Range,
    blockOf,
    contains,
    firstHost,
    formatAddress,
    formatCidr,
    formatRange,
    overlaps,
    parseAddress,
    parseCidr,
    parseRange,
    subnetOf,
} from "../../plan/ipv4";
import { address, cidr } from "../helpers/arbitraries";

const range: fc.Arbitrary<Range> = fc
    .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 }))
    .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));

function members({ first, last }: Range): number[] {
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

describe("ipv4", () => {
    describe("parseAddress", () => {
        it("reads what formatAddress writes", () => {
            fc.assert(fc.property(address, (n) => parseAddress(formatAddress(n)) === n));
        });

        const values: [string, number][] = [
            ["0.0.0.0", 0],
            ["0.0.1.2", 258],
            ["172.30.0.1", 2887647233],
            ["255.255.255.255", 4294967295],
        ];
        for (const [text, number] of values) {
            it(`reads ${text}`, () => {
                expect(parseAddress(text)).to.equal(number);
            });
        }

        for (const text of [
            "",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.3.x",
            " 1.2.3.4",
            "1..2.3",
            "0001.2.3.4",
            "1.0002.3.4",
            "1.2.0003.4",
            "1.2.3.0004",
        ]) {
            it(`refuses "${text}"`, () => {
                expect(parseAddress(text)).to.equal(undefined);
            });
        }
    });

    describe("formatAddress", () => {
        it("writes the bytes from the highest to the lowest", () => {
            expect(formatAddress(0xac1e0102)).to.equal("172.30.1.2");
        });
    });

    describe("parseCidr", () => {
        it("reads what formatCidr writes", () => {
            fc.assert(
                fc.property(cidr(0, 32), (block) => {
                    expect(parseCidr(formatCidr(block))).to.deep.equal(block);
                }),
            );
        });

        it("gives both ends and the prefix", () => {
            expect(parseCidr("172.30.0.0/16")).to.deep.equal({
                first: 0xac1e0000,
                last: 0xac1effff,
                prefix: 16,
            });
        });

        const bad = [
            "",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/8/8",
            "10.0.0.0/008",
        ];
        for (const text of [...bad, "10.0.0.1/8", "10.0.0.0/8 ", "::/64", "10.0.0/8"]) {
            it(`refuses "${text}"`, () => {
                expect(parseCidr(text)).to.equal(undefined);
            });
        }
    });

    describe("blockOf", () => {
        it("gives the one block of the prefix that holds the address", () => {
            fc.assert(
                fc.property(address, fc.integer({ min: 0, max: 32 }), (n, prefix) => {
                    const block = blockOf(n, prefix);
                    expect(block.first).to.be.at.most(n);
                    expect(block.last).to.be.at.least(n);
                    expect(parseCidr(formatCidr(block))).to.deep.equal(block);
                }),
            );
        });
    });

    describe("subnetOf", () => {
        it("counts blocks from the first address of the outer block", () => {
            const outer = blockOf(0x0a000000, 8);
            expect(formatCidr(subnetOf(outer, 20, 0))).to.equal("10.0.0.0/20");
            expect(formatCidr(subnetOf(outer, 20, 17))).to.equal("10.1.16.0/20");
        });

        it("splits a block into parts that touch and lie in it", () => {
            fc.assert(
                fc.property(cidr(0, 28), fc.integer({ min: 0, max: 14 }), (outer, n) => {
                    const part = subnetOf(outer, outer.prefix + 4, n);
                    const next = subnetOf(outer, outer.prefix + 4, n + 1);
                    expect(next.first).to.equal(part.last + 1);
                    expect(contains(outer, part)).to.equal(true);
                    expect(contains(outer, next)).to.equal(true);
                }),
            );
        });
    });

    describe("formatRange", () => {
        it("writes both ends with a dash", () => {
            expect(formatRange({ first: 0xac1e8001, last: 0xac1e800e })).to.equal(
                "172.30.128.1-172.30.128.14",
            );
        });
    });

    describe("parseRange", () => {
        it("reads what formatRange writes", () => {
            fc.assert(
                fc.property(address, address, (a, b) => {
                    const range = { first: Math.min(a, b), last: Math.max(a, b) };
                    expect(parseRange(formatRange(range))).to.deep.equal(range);
                }),
            );
        });

        it("reads a CIDR block as its range", () => {
            fc.assert(
                fc.property(cidr(0, 32), (block) => {
                    const { first, last } = block;
                    expect(parseRange(formatCidr(block))).to.deep.equal({ first, last });
                }),
            );
        });

        it("reads a range of one address", () => {
            expect(parseRange("10.0.0.7-10.0.0.7")).to.deep.equal({
                first: 0x0a000007,
                last: 0x0a000007,
            });
        });

        const bad = [
            "",
            "-",
            "10.0.0.1",
            "10.0.0.1-",
            "-10.0.0.1",
            "10.0.0.2-10.0.0.1",
            "10.0.0.1-10.0.0.2-10.0.0.3",
            "10.0.0.1 - 10.0.0.2",
            "10.0.0.1-9",
            "10.0.0.0/24-10.0.1.0/24",
            "10.0.0.1/24",
            "::1-::2",
        ];
        for (const text of bad) {
            it(`refuses "${text}"`, () => {
                expect(parseRange(text)).to.equal(undefined);
            });
        }
    });

    describe("overlaps", () => {
        it("says whether two ranges have an address in common", () => {
            fc.assert(
                fc.property(range, range, (a, b) => {
                    const common = members(a).filter((n) => members(b).includes(n));
                    expect(overlaps(a, b)).to.equal(common.length > 0);
                }),
            );
        });

        it("is symmetric", () => {
            fc.assert(fc.property(range, range, (a, b) => overlaps(a, b) === overlaps(b, a)));
        });
    });

    describe("contains", () => {
        it("says whether every address of the inner range is in the outer", () => {
            fc.assert(
                fc.property(range, range, (outer, inner) => {
                    const all = members(inner).every((n) => members(outer).includes(n));
                    expect(contains(outer, inner)).to.equal(all);
                }),
            );
        });
    });
});

describe("firstHost", () => {
    const cases: [string, string][] = [
        ["10.0.0.10-10.0.0.20", "10.0.0.10"],
        ["192.168.64.0/28", "192.168.64.1"],
        ["192.168.64.16/28", "192.168.64.16"],
        ["10.0.0.0-10.0.0.0", "10.0.0.0"],
    ];
    for (const [range, first] of cases) {
        it(`is ${first} of ${range}`, () => {
            const parsed = parseRange(range);
            expect(parsed && formatAddress(firstHost(parsed))).to.equal(first);
        });
    }
});
