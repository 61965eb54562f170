import { existsSync } from "node:fs";
import { mkdir, readFile, rename, stat, statfs, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { describeBundle } from "./bundle";
import type { Catalog } from "./catalog";
import { gigabytes, knownTo, planDisk, shortage, type DiskPlan } from "./disk";
import { engineVersion, removeTemporaryContainers } from "./docker";
import { canonicalJson, type Json } from "./hash";
import { isUpToDate, makePart, type Part } from "./part";
import { run } from "./process";
import { goCacheUses } from "./recipes/disk";
import { removeTree } from "./removeTree";
import { inOrder, runInOrder } from "./schedule";
import { describeTools } from "./tools";
import type { Workshop } from "./workshop";

/** More would not help: each Go build uses every processor by itself. */
const width = Math.min(2, availableParallelism());

/** Splits the parts into what is there and what has to be made. */
export async function survey(
    parts: readonly Part[],
    workshop: Workshop,
): Promise<{ upToDate: Part[]; missing: Part[] }> {
    const upToDate: Part[] = [];
    const missing: Part[] = [];
    for (const part of parts) {
        ((await isUpToDate(part, workshop)) ? upToDate : missing).push(part);
    }
    return { upToDate, missing };
}

/** Makes whatever is missing and writes what tells others where it is. */
export async function build(catalog: Catalog, workshop: Workshop): Promise<void> {
    const parts = inOrder(catalog.wanted);
    await clearLeftovers(workshop);
    const { upToDate, missing } = await survey(parts, workshop);
    if (missing.length > 0) await announce(missing, upToDate, workshop);
    await workshop.commands([...new Set(missing.flatMap((part) => part.commands))]);
    await makeAll(parts, new Set(missing), workshop);
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
    const present = parts.filter((part) => !missing.has(part)).map((part) => part.name);
    const open = parts
        .filter((part) => missing.has(part))
        .map((part) => ({ name: part.name, part, needs: openNeeds(part, present) }));
    await runInOrder(open, width, async ({ part }) => {
        const begun = Date.now();
        await makePart(part, workshop);
        tell(part, `built in ${String(Math.round((Date.now() - begun) / 1000))} s`);
    });
}

function openNeeds(part: Part, present: readonly string[]): { name: string; needs: [] }[] {
    return part.needs
        .filter((need) => !present.includes(need.name))
        .map((need) => ({ name: need.name, needs: [] }));
}

async function announce(
    missing: readonly Part[],
    upToDate: readonly Part[],
    workshop: Workshop,
): Promise<void> {
    const plan = planDisk(missing, goCacheUses, await goModuleWitness(missing, workshop));
    const counts = `${String(missing.length)} of ${String(missing.length + upToDate.length)} parts`;
    workshop.say(
        `makes ${counts}, with up to ${gigabytes(plan.lab)} of disk in ${workshop.paths.root}` +
            (plan.goCaches > 0 ? ` and ${gigabytes(plan.goCaches)} in Go's own caches` : ""),
    );
    await checkDisk(plan, workshop);
}

/** Without a Go there is no Go cache either. */
async function goModuleWitness(
    missing: readonly Part[],
    workshop: Workshop,
): Promise<(witness: string) => boolean> {
    if (!missing.some((part) => part.goModule !== undefined)) return () => true;
    const go = await workshop.go();
    return knownTo(await run(go.command, ["env", "GOMODCACHE"], { env: go.env }));
}

async function checkDisk(plan: DiskPlan, workshop: Workshop): Promise<void> {
    const lab = await freeSpace(workshop.paths.root);
    if (plan.goCaches === 0) {
        refuse(shortage(plan, { lab: lab.free, goCaches: 0, same: true }));
        return;
    }
    const go = await workshop.go();
    const cache = await freeSpace(await run(go.command, ["env", "GOCACHE"], { env: go.env }));
    const same = lab.device === cache.device;
    refuse(shortage(plan, { lab: lab.free, goCaches: cache.free, same }));
}

function refuse(reason: string | undefined): void {
    if (reason !== undefined) throw new Error(reason);
}

/** The file system of a folder that need not exist yet, and its free MB. */
async function freeSpace(folder: string): Promise<{ device: number; free: number }> {
    let existing = folder;
    while (!existsSync(existing)) existing = dirname(existing);
    const { bavail, bsize } = await statfs(existing);
    return { device: (await stat(existing)).dev, free: (bavail * bsize) / 1e6 };
}

async function writeResults(catalog: Catalog, { paths }: Workshop): Promise<void> {
    const tools = await describeTools(catalog.programs, catalog.bin, paths);
    await writeWhole(paths.toolsJson, tools as unknown as Json);
    await writeWhole(paths.bundleJson, describeBundle(catalog, paths));
}

/** Writes a file in one step, and only if that changes it. */
async function writeWhole(path: string, value: Json): Promise<void> {
    const text = `${canonicalJson(value, 4)}\n`;
    if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, text);
    await rename(`${path}.new`, path);
}
