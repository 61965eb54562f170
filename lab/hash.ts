import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** Anything that JSON can hold. */
export type Json =
    | string
    | number
    | boolean
    | null
    | readonly Json[]
    | { readonly [key: string]: Json | undefined };

/** JSON with sorted keys, so that equal values give equal text. */
export function canonicalJson(value: Json, indent?: number): string {
    return JSON.stringify(
        value,
        (_key, inner: Json) =>
            isObject(inner)
                ? Object.fromEntries(
                      Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
                  )
                : inner,
        indent,
    );
}

function isObject(value: Json): value is { readonly [key: string]: Json | undefined } {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The sha256 of a value, in hex. */
export function hashOf(value: Json): string {
    return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

/** The sha256 of a file's bytes, in hex. */
export async function hashFile(path: string): Promise<string> {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash);
    return hash.digest("hex");
}

/** Every file below `folder` that `wanted` admits, by its relative path, with the sha256 of its bytes. */
export async function hashFolder(
    folder: string,
    wanted: (path: string) => boolean = () => true,
): Promise<Record<string, string>> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .filter(wanted)
        .sort();
    const hashes: Record<string, string> = {};
    for (const file of files) {
        const bytes = await readFile(join(folder, file));
        hashes[file] = createHash("sha256").update(bytes).digest("hex");
    }
    return hashes;
}
