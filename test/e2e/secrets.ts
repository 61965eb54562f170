// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey } from "node:crypto";

/*
 * From a state in the clear to texts that must not be anywhere else. What is looked for is never a
 * whole secret: whatever holds the whole holds its slice, and a slice has no line end that YAML or
 * JSON would write in another way.
 */

/** How Pulumi marks a secret in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** A part of a secret that tells it from everything else. */
export interface Slice {
    /** Whose it is: never the secret itself. */
    readonly of: string;
    readonly text: string;
}

interface Leaf {
    readonly of: string;
    readonly text: string;
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s[^-]+-----END [A-Z ]*PRIVATE KEY-----/g;
const PUBLIC = /-----BEGIN (CERTIFICATE|PUBLIC KEY)|^(ssh|ecdsa)-/;
const WEB_TOKEN = /eyJ[\w-]{10,}\.[\w-]{10,}\.([\w-]{20,})/g;
const BASE64 = /[A-Za-z0-9+/]{40,}={0,2}/g;

const SLICE = 40;
/** Fewer characters may be somewhere by chance. */
const SHORTEST = 16;

/** The slices of all secrets of a state that was exported with them in the clear. */
export function secretsOf(state: string): Slice[] {
    const leaves = leavesOf("", JSON.parse(state), false);
    const keys = leaves.flatMap(({ text }) => plainTexts(text)).flatMap(privateKeys);
    // One key is there in several formats, of which node reads not every one.
    const scalars = keys.flatMap((pem) => scalarOf(pem) ?? []);
    const slices = leaves.flatMap(({ of, text }) =>
        slicesOf(text, of, scalars).map((slice) => ({ of, text: slice })),
    );
    return [...new Map(slices.map((slice) => [slice.text, slice])).values()];
}

/** The slices of one secret. */
function slicesOf(text: string, of: string, scalars: readonly Buffer[]): string[] {
    const parts = plainTexts(text).flatMap((plain) => [
        ...privateKeys(plain).map((pem) => keySlice(pem, scalars)),
        // A token's middle is what anybody may know; its signature is the secret.
        ...[...plain.matchAll(WEB_TOKEN)].map(([, signature = ""]) => middle(signature)),
    ]);
    return parts.length === 0 && isOpaque(text, of) ? [middle(text)] : parts;
}

/** The middle of a text, at most 40 characters. */
export function middle(text: string): string {
    const from = Math.max(0, Math.floor((text.length - SLICE) / 2));
    return text.slice(from, from + SLICE);
}

/** A text, and what it holds in base64, however deep: a kubeconfig in a Secret has keys in base64. */
function plainTexts(text: string, depth = 0): string[] {
    if (depth === 3) return [];
    const rest = text.replaceAll(PRIVATE_KEY, "");
    const decoded = [...rest.matchAll(BASE64)]
        .map(([found]) => Buffer.from(found, "base64").toString("latin1"))
        .filter((plain) => /^[\t\n\r\x20-\x7e]+$/.test(plain));
    return [text, ...decoded.flatMap((plain) => plainTexts(plain, depth + 1))];
}

function privateKeys(text: string): string[] {
    return [...text.matchAll(PRIVATE_KEY)].map(([pem]) => pem);
}

/** Password-like: one word of many different characters, and nothing that is known to be public. */
function isOpaque(text: string, of: string): boolean {
    if (text.length < 24 || /\s/.test(text) || /public|fingerprint/i.test(of)) return false;
    if (plainTexts(text).some((plain) => PUBLIC.test(plain))) return false;
    return /^[0-9a-f]{32,}$/.test(text) || [/[a-z]/, /[A-Z]/, /[0-9]/].every((is) => is.test(text));
}

/** All texts below a value that is secret, with the way there. */
function leavesOf(of: string, value: unknown, secret: boolean): Leaf[] {
    if (typeof value === "string") {
        if (!secret) return [];
        const inner = /^\s*[[{]/.test(value) ? parsed(value) : undefined;
        return inner === undefined ? [{ of, text: value }] : leavesOf(of, inner, secret);
    }
    if (typeof value !== "object" || value === null) return [];
    if (SIGNATURE in value && value[SIGNATURE] === SECRET && "plaintext" in value) {
        return leavesOf(of, parsed(String(value.plaintext)), true);
    }
    // A resource is called by its name, everything else by its place below it.
    const urn = "urn" in value && typeof value.urn === "string" ? value.urn : undefined;
    const path = urn === undefined ? of : (urn.split("::").at(-1) ?? urn);
    return Object.entries(value).flatMap(([key, item]) => leavesOf(`${path}.${key}`, item, secret));
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text) as unknown;
    } catch {
        return undefined;
    }
}

/** The number that makes a key private, if node can read the key. */
function scalarOf(pem: string): Buffer | undefined {
    try {
        const { d } = createPrivateKey(pem).export({ format: "jwk" });
        return d === undefined ? undefined : Buffer.from(d, "base64url");
    } catch {
        return undefined;
    }
}

/** A slice of a key's text, from one line, and of what is private: the rest is in certificates too. */
function keySlice(pem: string, scalars: readonly Buffer[]): string {
    const body = pem.replaceAll(/-----[^-]+-----/g, "").trim();
    const lines = body.split(/\s+/);
    const joined = lines.join("");
    const core = scalars
        .flatMap((scalar) => encodings(scalar.toString("latin1")))
        .find((one) => joined.includes(one));
    const longest = core === undefined ? "" : longestPart(lines, joined.indexOf(core), core.length);
    // Of one that cannot be read: the private part comes after the public one.
    return middle(
        longest.length >= SHORTEST ? longest : (lines[Math.floor((lines.length * 3) / 4)] ?? ""),
    );
}

/** Of a range that goes over several lines, what one of them has of it: the one with the most. */
function longestPart(lines: readonly string[], from: number, length: number): string {
    const starts = lines.map((_, i) => lines.slice(0, i).join("").length);
    const parts = lines.map((line, i) => {
        const start = starts[i] ?? 0;
        return line.slice(Math.max(0, from - start), Math.max(0, from + length - start));
    });
    return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/**
 * What base64 makes of a text that stands anywhere in a longer one: it depends on the place, modulo
 * three, and its ends on what is beside it.
 */
function encodings(text: string): string[] {
    return [0, 1, 2].map((shift) => {
        const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text, "latin1")]);
        const first = Math.ceil((shift * 8) / 6);
        return bytes.toString("base64").slice(first, Math.floor((bytes.length * 8) / 6));
    });
}

/** A slice as it is, in base64, and in base64 of base64; each also as URLs have it. */
export function formsOf(slice: string): string[] {
    const once = encodings(slice);
    const all = [slice, ...once, ...once.flatMap(encodings)];
    const safe = all.map((form) => form.replaceAll("+", "-").replaceAll("/", "_"));
    return [...new Set([...all, ...safe])];
}
