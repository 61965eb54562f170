import { existsSync } from "node:fs";
import { readFile, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Part } from "./part";
import { repository } from "./paths";
import { run } from "./process";
import { goCacheUses } from "./recipes/disk";
import type { Workshop } from "./workshop";

/** What the Go builds of one module add to Go's own caches, in MB. */
export interface GoCacheUse {
    /** The folder under `lab` with the `go.mod`. */
    readonly folder: string;
    /** The Go module whose folder in Go's module cache shows that this was built here before. */
    readonly witness: string;
    readonly modules: number;
    readonly build: number;
}

/** The disk that a run will take, in MB. */
export interface DiskPlan {
    readonly lab: number;
    readonly goCaches: number;
}

/** Free disk, in MB, and whether the two places are on the same file system. */
export interface FreeDisk {
    readonly lab: number;
    readonly goCaches: number;
    readonly same: boolean;
}

/** The folder of a required module in Go's module cache, by the `go.mod` that requires it. */
export function witnessFolder(goMod: string, path: string): string {
    const escaped = path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    const version = new RegExp(`^\\s*(?:require\\s+)?${escaped}\\s+(v\\S+)`, "m").exec(goMod)?.[1];
    if (version === undefined) throw new Error(`no go.mod line requires ${path}`);
    return `${path}@${version}`;
}

/** Adds up what making `parts` takes; modules that were built here before count for nothing. */
export function planDisk(
    parts: readonly Part[],
    uses: readonly GoCacheUse[],
    isWarm: (use: GoCacheUse) => boolean,
): DiskPlan {
    const folders = new Set(parts.map((part) => part.goModule));
    const cold = uses.filter((use) => folders.has(use.folder) && !isWarm(use));
    return {
        lab: parts.reduce((sum, part) => sum + part.megabytes, 0),
        goCaches: cold.reduce((sum, use) => sum + use.modules + use.build, 0),
    };
}

/** Why there is not enough disk, or nothing. */
export function shortage(plan: DiskPlan, free: FreeDisk): string | undefined {
    const lacking = (need: number, have: number, what: string) =>
        `${what} needs about ${gigabytes(need)} of disk and ${gigabytes(have)} are free. ` +
        "Free some, or move it: ISTIO_FLEET_CACHE for the lab, GOCACHE and GOMODCACHE for Go";
    if (free.same) {
        const need = plan.lab + plan.goCaches;
        return need > free.lab ? lacking(need, free.lab, "the lab with Go's caches") : undefined;
    }
    if (plan.lab > free.lab) return lacking(plan.lab, free.lab, "the lab");
    if (plan.goCaches > free.goCaches) {
        return lacking(plan.goCaches, free.goCaches, "Go's caches");
    }
    return undefined;
}

/** MB in words. */
export function gigabytes(megabytes: number): string {
    return megabytes < 1000
        ? `${String(Math.round(megabytes))} MB`
        : `${(megabytes / 1000).toFixed(1)} GB`;
}

/** Says what making `parts` will take, and refuses where that much is not free. */
export async function checkDisk(parts: readonly Part[], workshop: Workshop): Promise<void> {
    const { root } = workshop.paths;
    const caches = parts.some((part) => part.goModule !== undefined)
        ? await goCaches(workshop)
        : { modules: root, build: root };
    const warm = await warmUses(caches.modules);
    const plan = planDisk(parts, goCacheUses, (use) => warm.has(use));
    workshop.say(
        `takes up to ${gigabytes(plan.lab)} of disk in ${root}` +
            (plan.goCaches > 0 ? `, and about ${gigabytes(plan.goCaches)} in Go's caches` : ""),
    );
    const lab = await freeSpace(root);
    const go = await freeSpace(caches.build);
    const same = lab.device === go.device;
    const reason = shortage(plan, { lab: lab.free, goCaches: go.free, same });
    if (reason !== undefined) throw new Error(reason);
}

async function goCaches(workshop: Workshop): Promise<{ modules: string; build: string }> {
    const { command, env } = await workshop.go();
    const [modules = "", build = ""] = (
        await run(command, ["env", "GOMODCACHE", "GOCACHE"], { env })
    ).split("\n");
    return { modules, build };
}

/** The modules that Go's module cache shows to have been built here before. */
async function warmUses(moduleCache: string): Promise<Set<GoCacheUse>> {
    const warm = new Set<GoCacheUse>();
    for (const use of goCacheUses) {
        const goMod = await readFile(join(repository, "lab", use.folder, "go.mod"), "utf8");
        if (existsSync(join(moduleCache, witnessFolder(goMod, use.witness)))) warm.add(use);
    }
    return warm;
}

/** The file system of a folder that need not exist yet, and its free MB. */
async function freeSpace(folder: string): Promise<{ device: number; free: number }> {
    let existing = folder;
    while (!existsSync(existing)) existing = dirname(existing);
    const { bavail, bsize } = await statfs(existing);
    return { device: (await stat(existing)).dev, free: (bavail * bsize) / 1e6 };
}
