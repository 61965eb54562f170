import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

/** JSON with sorted keys, so that equal values give equal text. */
export function canonicalJson(value: unknown, indent?: number): string {
    return JSON.stringify(value, (_key, inner: unknown) => sorted(inner), indent);
}

function sorted(value: unknown): unknown {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return Object.fromEntries(entries);
}

/** The sha256 of a value, in hex. */
export function hashOf(value: unknown): string {
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
