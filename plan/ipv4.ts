// SPDX-License-Identifier: Apache-2.0

/** A contiguous block of IPv4 addresses as numbers, both ends included. */
export interface Range {
    readonly first: number;
    readonly last: number;
}

const ADDRESS = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

/** The address as a number, or undefined when the text is not a dotted quad. */
export function parseAddress(text: string): number | undefined {
    const match = ADDRESS.exec(text);
    if (!match) return undefined;
    const bytes = match.slice(1).map(Number);
    if (bytes.some((byte) => byte > 255)) return undefined;
    return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The dotted quad of an address. */
export function formatAddress(address: number): string {
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

/** A CIDR block: its range and its prefix length. */
export interface Cidr extends Range {
    readonly prefix: number;
}

/** The block, or undefined when the text is not `address/prefix` with all host bits zero. */
export function parseCidr(text: string): Cidr | undefined {
    const [address = "", length = "", ...rest] = text.split("/");
    if (rest.length > 0 || !/^\d{1,2}$/.test(length)) return undefined;
    const first = parseAddress(address);
    const prefix = Number(length);
    if (first === undefined || prefix > 32) return undefined;
    const size = 2 ** (32 - prefix);
    if (first % size !== 0) return undefined;
    return { first, last: first + size - 1, prefix };
}

/** The block of a prefix length that holds an address. */
export function blockOf(address: number, prefix: number): Cidr {
    const size = 2 ** (32 - prefix);
    const first = Math.floor(address / size) * size;
    return { first, last: first + size - 1, prefix };
}

/** The n-th block of a prefix length inside another block, counted from 0. */
export function subnetOf(block: Range, prefix: number, n: number): Cidr {
    return blockOf(block.first + n * 2 ** (32 - prefix), prefix);
}

export function formatCidr(cidr: Cidr): string {
    return `${formatAddress(cidr.first)}/${String(cidr.prefix)}`;
}

/** `first-last`, the form that MetalLB's pools take. */
export function formatRange(range: Range): string {
    return `${formatAddress(range.first)}-${formatAddress(range.last)}`;
}

/** The range, or undefined when the text is not `first-last` in order, or a CIDR block. */
export function parseRange(text: string): Range | undefined {
    const block = parseCidr(text);
    if (block) return { first: block.first, last: block.last };
    const [from = "", to = "", ...rest] = text.split("-");
    const first = parseAddress(from);
    const last = parseAddress(to);
    if (rest.length > 0 || first === undefined || last === undefined) return undefined;
    return first <= last ? { first, last } : undefined;
}

/** The first address of a range that a host can have: not x.y.z.0, which is most often a network's own. */
export function firstHost({ first, last }: Range): number {
    return first % 256 === 0 && last > first ? first + 1 : first;
}

export function overlaps(a: Range, b: Range): boolean {
    return a.first <= b.last && b.first <= a.last;
}

export function contains(outer: Range, inner: Range): boolean {
    return outer.first <= inner.first && inner.last <= outer.last;
}
