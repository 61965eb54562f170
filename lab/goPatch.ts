// SPDX-License-Identifier: Apache-2.0
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { moduleFolder } from "./goModule";
import type { Making } from "./part";
import { run } from "./process";

/** A change to one file of a Go module that a program is built from. */
export interface GoPatch {
    /** The Go module, as `go.mod` requires it. */
    readonly module: string;
    /** The file's path in that module. */
    readonly file: string;
    /** What must be in the file exactly once. */
    readonly find: string;
    readonly replace: string;
}

/** A file's text with a patch applied. */
export function patchText(text: string, { module, file, find, replace }: GoPatch): string {
    const found = text.split(find).length - 1;
    if (found === 1) return text.replace(find, () => replace);
    throw new Error(
        `${module}/${file} has ${JSON.stringify(find)} ${String(found)} times, not once: ` +
            "adapt the patch in lab/recipes/patches.ts to this version, or drop it if upstream has the fix",
    );
}

/** Copies a Go module and applies patches to the copy. */
export async function copyPatched(
    from: string,
    to: string,
    patches: readonly GoPatch[],
    log: string,
): Promise<void> {
    await cp(from, to, { recursive: true });
    // Go keeps its cache read-only, and so is the copy of it.
    await run("chmod", ["-R", "u+w", to], { log });
    for (const patch of patches) {
        const path = join(to, patch.file);
        await writeFile(path, patchText(await readFile(path, "utf8"), patch));
    }
}

/** Where the patched copy of a Go module lies, relative to the `go.mod` that requires it. */
export function patchedFolder(module: string): string {
    return `./patched/${module}`;
}

/**
 * Has `go.mod` in `folder` take patched copies of modules. Not by `go build -overlay`: Go refuses
 * one for files of its module cache. The path is relative because the program records it.
 */
export async function applyPatches(
    folder: string,
    patches: readonly GoPatch[],
    making: Pick<Making, "log" | "workshop">,
): Promise<void> {
    const { log, workshop } = making;
    const go = await workshop.go();
    for (const module of new Set(patches.map((patch) => patch.module))) {
        const from = await moduleFolder(folder, module, making);
        const own = patches.filter((patch) => patch.module === module);
        await copyPatched(from, join(folder, patchedFolder(module)), own, log);
        const edit = ["mod", "edit", `-replace=${module}=${patchedFolder(module)}`];
        await run(go.command, edit, { cwd: folder, env: go.env, log });
    }
}
