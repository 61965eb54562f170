// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { toMermaid } from "../plan/diagram/mermaid";
import { stacksOf, withDiagrams } from "../plan/diagram/pages";
import { toSvg } from "../plan/diagram/svg";
import type { FleetPlan } from "../plan/fleet";
import { reasonOf } from "../verify/report";
import { ROOT } from "./paths";
import { readStackConfig } from "./stackConfig";
import { StepError } from "./steps";

export interface DiagramOptions {
    readonly stack: string;
    readonly format: keyof typeof FORMATS;
    /** Write the diagrams of the pages in docs/ instead. */
    readonly docs?: boolean;
}

/** What draws a plan, by the name of its format. */
export const FORMATS = { mermaid: toMermaid, svg: toSvg } as const;

const DOCS = join(ROOT, "docs");

/** A file of docs/, as it has to be. */
export interface DocsFile {
    readonly path: string;
    readonly text: string;
}

/** Draws the fleet of a stack's config. Nothing needs to be there but the file. */
export async function diagram({ stack, format, docs = false }: DiagramOptions): Promise<void> {
    if (docs) await writeDocs();
    else process.stdout.write(FORMATS[format](planOf(stack)));
}

/** The pages of a folder that have diagrams, and the pictures of the stacks that these name. */
export async function docsFiles(folder = DOCS, planFor = planOf): Promise<DocsFile[]> {
    const names = existsSync(folder) ? await readdir(folder) : [];
    const pages: DocsFile[] = [];
    const stacks = new Set<string>();
    for (const name of names.filter((file) => file.endsWith(".md")).sort()) {
        const path = join(folder, name);
        const page = await readFile(path, "utf8");
        const marked = markedStacks(path, page);
        const text = withDiagrams(page, (stack) => toMermaid(planFor(stack)));
        if (marked.length > 0) pages.push({ path, text });
        for (const stack of marked) stacks.add(stack);
    }
    const pictures = [...stacks].sort().map((stack) => ({
        path: join(folder, "images", `${stack}.svg`),
        text: toSvg(planFor(stack)),
    }));
    return [...pages, ...pictures];
}

function markedStacks(path: string, page: string): string[] {
    try {
        return stacksOf(page);
    } catch (error) {
        throw new Error(`${relative(ROOT, path)}, ${reasonOf(error)}`, { cause: error });
    }
}

/** The files that are not as they have to be. */
export async function outdated(files: readonly DocsFile[]): Promise<DocsFile[]> {
    const found = await Promise.all(
        files.map(({ path }) => readFile(path, "utf8").catch(() => undefined)),
    );
    return files.filter(({ text }, i) => found[i] !== text);
}

async function writeDocs(): Promise<void> {
    const files = await docsFiles();
    const changed = await outdated(files);
    for (const { path, text } of changed) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
        process.stdout.write(`${relative(ROOT, path)}\n`);
    }
    const count = `${String(changed.length)} of ${String(files.length)}`;
    process.stderr.write(`${count} files with diagrams were written anew.\n`);
}

function planOf(stack: string): FleetPlan {
    const { plan, problems } = readStackConfig(stack);
    if (!plan) throw new StepError(`the config of stack ${stack} cannot be used`, problems);
    return plan;
}
