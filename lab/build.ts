import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { describeBundle } from "./bundle";
import type { Catalog } from "./catalog";
import { checkDisk } from "./disk";
import { engineVersion, removeTemporaryContainers } from "./docker";
import { canonicalJson } from "./hash";
import { folderOf, isUpToDate, makePart, type Part } from "./part";
import { removeTree } from "./removeTree";
import { inOrder, only, runInOrder } from "./schedule";
import { describeTools } from "./tools";
import type { Workshop } from "./workshop";

/** More would not help: each Go build uses every processor by itself. */
const width = Math.min(2, availableParallelism());

/** The parts of which something has to be made. */
export async function findMissing(
    parts: readonly Part[],
    workshop: Workshop,
): Promise<ReadonlySet<Part>> {
    const missing = new Set<Part>();
    for (const part of parts) if (!(await isUpToDate(part, workshop))) missing.add(part);
    return missing;
}

/** Makes whatever is missing and writes what tells others where it is. */
export async function build(catalog: Catalog, workshop: Workshop): Promise<void> {
    const parts = inOrder(catalog.wanted);
    // The lab's engine may be stopped and have the node image all the same.
    if (existsSync(folderOf(catalog.nodeImage, workshop.paths))) await workshop.engine();
    await clearLeftovers(workshop);
    const missing = await findMissing(parts, workshop);
    if (missing.size > 0) {
        workshop.say(`makes ${String(missing.size)} of ${String(parts.length)} parts`);
        await checkDisk([...missing], workshop);
    }
    await workshop.commands([...new Set([...missing].flatMap((part) => part.commands))]);
    await makeAll(parts, missing, workshop);
    await writeResults(catalog, workshop);
}

/** What interrupted runs left; the lock is held, so nobody else works there. */
async function clearLeftovers({ paths }: Workshop): Promise<void> {
    await removeTree(paths.tmp);
    if ((await engineVersion()) !== undefined) await removeTemporaryContainers();
}

async function makeAll(
    parts: readonly Part[],
    missing: ReadonlySet<Part>,
    workshop: Workshop,
): Promise<void> {
    const digits = String(parts.length).length;
    const longest = Math.max(...parts.map((part) => part.name.length));
    let count = 0;
    const tell = (part: Part, how: string) => {
        count += 1;
        const place = `[${String(count).padStart(digits)}/${String(parts.length)}]`;
        workshop.say(`${place} ${part.name.padEnd(longest)}  ${how}`);
    };
    for (const part of parts) if (!missing.has(part)) tell(part, "up to date");
    await runInOrder(only(parts, missing), width, async ({ node }) => {
        const begun = Date.now();
        await makePart(node, workshop);
        tell(node, `built in ${String(Math.round((Date.now() - begun) / 1000))} s`);
    });
}

async function writeResults(catalog: Catalog, { paths }: Workshop): Promise<void> {
    const tools = await describeTools(catalog.programs, catalog.bin, paths);
    await writeWhole(paths.toolsJson, tools);
    await writeWhole(paths.bundleJson, describeBundle(catalog, paths));
}

/** Writes a file in one step, and only if that changes it. */
async function writeWhole(path: string, value: object): Promise<void> {
    const text = `${canonicalJson(value, 4)}\n`;
    if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
}
