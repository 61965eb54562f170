import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Catalog } from "./catalog";
import { docker, engineVersion } from "./docker";
import { stopEngine } from "./engine";
import { goPart } from "./goToolchain";
import { nodeImageRepository, nodeImageTag } from "./nodeImage";
import { folderOf } from "./part";
import { removeTree } from "./removeTree";
import { inOrder } from "./schedule";
import type { Workshop } from "./workshop";

/** Of the names in a folder, those that nothing current is called. */
export function unused(present: readonly string[], current: readonly string[]): string[] {
    const keep = new Set(current);
    return present.filter((name) => !keep.has(name));
}

/** Removes what no current recipe uses. */
export async function prune(catalog: Catalog, workshop: Workshop): Promise<void> {
    const { paths } = workshop;
    const current = [...inOrder(catalog.wanted), goPart].map((p) => basename(folderOf(p, paths)));
    const present = await readdir(paths.out).catch(() => []);
    const old = unused(present, current);
    for (const name of old) {
        await removeTree(join(paths.out, name));
        workshop.say(`removed ${name}`);
    }
    await removeTree(paths.tmp);
    if ((await engineVersion()) !== undefined) await pruneImages(catalog, workshop);
}

async function pruneImages(catalog: Catalog, workshop: Workshop): Promise<void> {
    const format = ["--format", "{{.Repository}}:{{.Tag}}"];
    const listed = await docker(["image", "ls", ...format, nodeImageRepository]);
    const tags = listed.split("\n").filter((tag) => tag !== "");
    for (const tag of unused(tags, [nodeImageTag(catalog.nodeImage)])) {
        const removed = await docker(["image", "rm", tag]).then(
            () => true,
            () => false,
        );
        workshop.say(removed ? `removed image ${tag}` : `kept image ${tag}: a node runs on it`);
    }
}

/** Removes everything of the lab; its engine, and so every container in it, ends first. */
export async function pruneAll(workshop: Workshop): Promise<void> {
    if (await stopEngine(workshop.paths)) workshop.say("the lab's docker engine has ended");
    await removeTree(workshop.paths.root);
    workshop.say(`removed ${workshop.paths.root}`);
}
