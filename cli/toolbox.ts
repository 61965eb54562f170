// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import { chooseAll } from "./choose";
import {
    type LabTools,
    type Uses,
    ownEnvironment,
    usesOf,
    userBundle,
    variablesFor,
} from "./environment";
import { findTools } from "./find";
import { readLabTools } from "./labState";
import { type Paths, pathsOf } from "./paths";
import { neededPlugins, preparePulumi } from "./pulumiHome";

const use = z.enum(["path", "release", "lab", "none"]);
const choiceFile = z.object({
    schema: z.literal(1),
    uses: z.object({ kind: use, pulumi: use, plugins: use, images: use }),
});

/** What the last `npm start` took; undefined before the first one, or of another schema. */
export async function readUses({ choice }: Paths): Promise<Uses | undefined> {
    const text = await readFile(choice, "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    try {
        return choiceFile.parse(JSON.parse(text)).uses;
    } catch {
        return undefined;
    }
}

export async function writeUses({ choice }: Paths, uses: Uses): Promise<void> {
    await writeFile(choice, `${JSON.stringify({ schema: 1, uses })}\n`);
}

/** The tools that are here, and how to use them. */
export interface Toolbox {
    readonly paths: Paths;
    readonly uses: Uses;
    readonly lab: LabTools | undefined;
    /** What `npm run env` prints. */
    readonly variables: Record<string, string>;
}

/**
 * The tools that the last `npm start` chose; before the first one, those that are here already. Asks
 * nobody over the network.
 */
export async function openToolbox(env: NodeJS.ProcessEnv = process.env): Promise<Toolbox> {
    const paths = pathsOf(env);
    const lab = readLabTools(paths);
    const uses = (await readUses(paths)) ?? (await usesOffline(paths, lab, env));
    return { paths, uses, lab, variables: variablesFor(uses, paths, lab, env) };
}

async function usesOffline(
    paths: Paths,
    lab: LabTools | undefined,
    env: NodeJS.ProcessEnv,
): Promise<Uses> {
    const plugins = await neededPlugins();
    const bundle = userBundle(env, paths);
    const search = { paths, lab, plugins, bundle, previous: undefined, online: false };
    const choices = chooseAll(await findTools(search));
    // What the lab could build is not here.
    return usesOf(lab ? choices : choices.map((choice) => withoutLab(choice)));
}

function withoutLab<T extends { readonly use: string }>(choice: T): T {
    return choice.use === "lab" ? { ...choice, use: "none" } : choice;
}

/** Makes the folders and files that pulumi needs with these tools. */
export async function prepare({ paths, uses, lab }: Omit<Toolbox, "variables">): Promise<void> {
    await preparePulumi(paths, uses.plugins === "lab" ? lab?.plugins : undefined);
}

/**
 * The environment in which plain pulumi works with our tools, on our backend: for tests and
 * benchmarks that drive pulumi themselves.
 */
export async function toolEnvironment(): Promise<Record<string, string>> {
    const toolbox = await openToolbox();
    await prepare(toolbox);
    return ownEnvironment(process.env, toolbox.variables);
}
