import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Part } from "./part";

/** What the Go builds of one module add to Go's own caches, in MB. */
export interface GoCacheUse {
    /** The folder under `lab` with the `go.mod`. */
    readonly module: string;
    /** The folder in Go's module cache that shows that the module was built here before. */
    readonly witness?: string;
    readonly modules: number;
    readonly build: number;
}

/** The disk that a run will take, in MB. */
export interface DiskPlan {
    readonly lab: number;
    readonly goCaches: number;
}

/** Adds up what making `parts` takes; modules that Go has already seen count for nothing. */
export function planDisk(
    parts: readonly Part[],
    uses: readonly GoCacheUse[],
    isKnown: (witness: string) => boolean,
): DiskPlan {
    const modules = new Set(parts.map((part) => part.goModule));
    const cold = uses.filter(
        ({ module, witness }) =>
            modules.has(module) && (witness === undefined || !isKnown(witness)),
    );
    return {
        lab: parts.reduce((sum, part) => sum + part.megabytes, 0),
        goCaches: cold.reduce((sum, use) => sum + use.modules + use.build, 0),
    };
}

/** Looks into Go's module cache. */
export function knownTo(moduleCache: string): (witness: string) => boolean {
    return (witness) => existsSync(join(moduleCache, witness));
}

/** Why there is not enough disk, or nothing. The file systems may be one or two. */
export function shortage(
    plan: DiskPlan,
    free: { readonly lab: number; readonly goCaches: number; readonly same: boolean },
): string | undefined {
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
