// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { hostRoutes, parseRoutes } from "../../host/routes";
import { formatCidr } from "../../plan/ipv4";
import { cidr } from "../helpers/arbitraries";

const HEADER =
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

/** A row as the kernel writes it, on a little-endian machine. */
function row(device: string, destination: string, mask: string): string {
    return `${device}\t${destination}\t00000000\t0001\t0\t0\t0\t${mask}\t0\t0\t0   `;
}

/** An address as the kernel shows it there: its bytes from the last to the first. */
function hex(address: number): string {
    const bytes = [0, 8, 16, 24].map((shift) => Math.floor(address / 2 ** shift) % 256);
    return bytes.map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("");
}

describe("hostRoutes", () => {
    it("are those of the kernel's table, where there is one", async () => {
        const table = "/proc/net/route";
        const routes = existsSync(table) ? parseRoutes(readFileSync(table, "utf8")) : [];
        expect(await hostRoutes()).to.deep.equal(routes);
    });
});

describe("parseRoutes", () => {
    it("reads the kernel's table", () => {
        const table = [
            HEADER,
            row("eth0", "00000000", "00000000"),
            row("docker0", "000011AC", "0000FFFF"),
            row("eth0", "0001A8C0", "00FFFFFF"),
            "",
        ].join("\n");
        expect(parseRoutes(table)).to.deep.equal([
            { device: "docker0", destination: "172.17.0.0/16" },
            { device: "eth0", destination: "192.168.1.0/24" },
        ]);
    });

    it("leaves out the default route", () => {
        expect(parseRoutes(`${HEADER}\n${row("eth0", "00000000", "00000000")}\n`)).to.deep.equal(
            [],
        );
    });

    it("is empty for a table without routes", () => {
        expect(parseRoutes(`${HEADER}\n`)).to.deep.equal([]);
    });

    it("reads any route", () => {
        fc.assert(
            fc.property(cidr(1, 32), (block) => {
                const destination = hex(block.first);
                const mask = hex(2 ** 32 - 2 ** (32 - block.prefix));
                expect(parseRoutes(`${HEADER}\n${row("d", destination, mask)}\n`)).to.deep.equal([
                    { device: "d", destination: formatCidr(block) },
                ]);
            }),
        );
    });
});
