import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { hashOf } from "./hash";
import type { LabPaths } from "./paths";
import { removeTree } from "./removeTree";
import type { Workshop } from "./workshop";

/** What making a part may use. */
export interface Making {
    /** An empty folder; what it holds at the end becomes the part. */
    readonly out: string;
    /** An empty folder for anything else; removed at the end, however it ends. */
    readonly scratch: string;
    /** Where the commands' output goes. */
    readonly log: string;
    readonly workshop: Workshop;
}

/** One thing that the lab makes, and everything that decides what it is. */
export interface Part {
    readonly name: string;
    /** With the keys of what it needs, this decides the part's key. */
    readonly recipe: object;
    readonly needs: readonly Part[];
    /** How much disk making it takes, in MB, apart from Go's caches. */
    readonly megabytes: number;
    /** The commands that making it calls. */
    readonly commands: readonly string[];
    /** For a Go program, the module under `lab/modules` that it is built from. */
    readonly goModule?: string;
    make(making: Making): Promise<void>;
    /** For a part that lives elsewhere than in its folder: whether it is there. */
    present?(workshop: Workshop): Promise<boolean>;
}

const keyLength = 16;

/** A part's key: equal keys mean equal recipes all the way down. */
export function keyOf(part: Part): string {
    const needs = part.needs.map((need) => `${need.name}-${keyOf(need)}`);
    return hashOf({ name: part.name, recipe: part.recipe, needs }).slice(0, keyLength);
}

/** The folder that holds a part once it is made. */
export function folderOf(part: Part, paths: LabPaths): string {
    return join(paths.out, `${part.name}-${keyOf(part)}`);
}

/** Whether nothing has to be done for a part. */
export async function isUpToDate(part: Part, workshop: Workshop): Promise<boolean> {
    if (part.present !== undefined) return part.present(workshop);
    return existsSync(folderOf(part, workshop.paths));
}

/** Makes a part aside and moves it into its place whole, so that no half of one is ever found there. */
export async function makePart(part: Part, workshop: Workshop): Promise<void> {
    const { paths } = workshop;
    await mkdir(paths.tmp, { recursive: true });
    await mkdir(paths.out, { recursive: true });
    const aside = await mkdtemp(join(paths.tmp, `${part.name}-`));
    const out = join(aside, "out");
    const scratch = join(aside, "scratch");
    try {
        await mkdir(out);
        await mkdir(scratch);
        const log = join(paths.logs, `${part.name}.log`);
        await rm(log, { force: true });
        await part.make({ out, scratch, log, workshop });
        const place = folderOf(part, paths);
        await removeTree(place);
        await rename(out, place);
    } finally {
        await removeTree(aside);
    }
}
