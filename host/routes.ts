// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { formatAddress } from "../plan/ipv4";
import type { Route } from "../plan/hostFacts";

const TABLE = "/proc/net/route";

/** The IPv4 routes of this machine. None where the kernel shows none: docker runs in a VM there. */
export async function hostRoutes(): Promise<Route[]> {
    try {
        return parseRoutes(await readFile(TABLE, "utf8"));
    } catch {
        return [];
    }
}

/** The routes in the kernel's own format, in which addresses are little-endian hex. */
export function parseRoutes(table: string): Route[] {
    const rows = table.trim().split("\n").slice(1);
    return rows
        .map((row) => row.trim().split(/\s+/))
        .map(([device = "", destination = "", , , , , , mask = ""]) => ({
            device,
            destination: `${formatAddress(fromHex(destination))}/${String(bits(fromHex(mask)))}`,
        }))
        .filter(({ destination }) => !destination.endsWith("/0"));
}

function fromHex(littleEndian: string): number {
    return Buffer.from(littleEndian.padStart(8, "0"), "hex").readUInt32LE();
}

function bits(mask: number): number {
    return mask.toString(2).replaceAll("0", "").length;
}
