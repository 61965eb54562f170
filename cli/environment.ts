// SPDX-License-Identifier: Apache-2.0
import { delimiter, join } from "node:path";
import { z } from "zod";
import { type Choice, TOOLS, type ToolName, type Use } from "./choose";
import { type Paths, ROOT } from "./paths";
import { releases } from "./releases";

/** What tools.json of the lab says. */
export const labTools = z.object({
    schema: z.literal(1),
    bin: z.string().startsWith("/"),
    plugins: z.array(
        z.object({
            name: z.string().min(1),
            version: z.string().min(1),
            path: z.string().startsWith("/"),
            standIn: z.boolean(),
            note: z.string().optional(),
        }),
    ),
});
export type LabTools = z.output<typeof labTools>;

/** Where each tool is taken from. */
export type Uses = Readonly<Record<ToolName, Use>>;

export function usesOf(choices: readonly Choice[]): Uses {
    const use = (name: ToolName): Use =>
        choices.find((choice) => choice.name === name)?.use ?? "none";
    return Object.fromEntries(TOOLS.map((name) => [name, use(name)])) as unknown as Uses;
}

/** Folder of a downloaded release. */
export function releaseFolder({ tools }: Paths, name: keyof typeof releases): string {
    return join(tools, `${name}-${releases[name].version}`);
}

/** Folders for the front of the PATH: the chosen tools, then this project's node. */
export function toolFolders(uses: Uses, paths: Paths, lab: LabTools | undefined): string[] {
    const fromLab = uses.kind === "lab" || uses.pulumi === "lab";
    return [
        ...(fromLab && lab ? [lab.bin] : []),
        ...(uses.kind === "release" ? [releaseFolder(paths, "kind")] : []),
        ...(uses.pulumi === "release" ? [releaseFolder(paths, "pulumi")] : []),
        // Pulumi's language host runs the first node of the PATH.
        join(ROOT, "node_modules", ".bin"),
    ];
}

/** The variables with which plain `pulumi` works on our tools, backend and stacks. */
export function variablesFor(
    uses: Uses,
    paths: Paths,
    lab: LabTools | undefined,
    env: NodeJS.ProcessEnv,
): Record<string, string> {
    const bundle = uses.images === "lab" ? paths.labBundle : userBundle(env, paths);
    return {
        PATH: joinPath(toolFolders(uses, paths, lab), env.PATH ?? ""),
        PULUMI_HOME: paths.pulumiHome,
        PULUMI_BACKEND_URL: `file://${paths.state}`,
        PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The default is 4 a core, and resources that only wait take a place too.
        PULUMI_PARALLEL: "64",
        // A local backend writes the whole state twice for every resource, which takes longer than
        // the fleet itself. Without it a killed run records nothing, and the next one adopts or
        // makes again what it finds: KindCluster's create, createNetwork's import.
        PULUMI_SKIP_CHECKPOINTS: "true",
        // What somebody edits belongs to the tool that it was edited with. Without it the preview of
        // its repair is a conflict, and so is the repair where that tool is not kubectl.
        PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
        ...(uses.plugins === "lab" ? { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" } : {}),
        ...(bundle ? { ISTIO_FLEET_BUNDLE: bundle } : {}),
    };
}

/** A bundle that the environment names and that isn't the lab's, from an earlier `env`. */
export function userBundle(env: NodeJS.ProcessEnv, { labBundle }: Paths): string | undefined {
    const bundle = env.ISTIO_FLEET_BUNDLE;
    return bundle && bundle !== labBundle ? bundle : undefined;
}

/** Folders in front of a PATH, each once, without what npm adds to it for its scripts. */
export function joinPath(front: readonly string[], path: string): string {
    const rest = path
        .split(delimiter)
        .filter((folder) => !/\/(node_modules\/\.bin|node-gyp-bin)$/.test(folder));
    return [...new Set([...front, ...rest])].filter((folder) => folder !== "").join(delimiter);
}

/** Variables that say whose stacks and secrets pulumi works on: never the user's, in our commands. */
const FOREIGN = [
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_BACKEND_URL",
    "PULUMI_CONFIG_PASSPHRASE",
    "PULUMI_CONFIG_PASSPHRASE_FILE",
    "PULUMI_HOME",
    "PULUMI_STACK",
    "ISTIO_FLEET_BUNDLE",
];

/** The environment for a pulumi that works on our own backend, whatever the user's says. */
export function ownEnvironment(
    env: NodeJS.ProcessEnv,
    variables: Readonly<Record<string, string>>,
): Record<string, string> {
    const kept = Object.entries(env).filter(
        (entry): entry is [string, string] => entry[1] !== undefined && !FOREIGN.includes(entry[0]),
    );
    const parallel = env.PULUMI_PARALLEL;
    return {
        ...Object.fromEntries(kept),
        ...variables,
        ...(parallel ? { PULUMI_PARALLEL: parallel } : {}),
    };
}

/**
 * The environment for a pulumi that only reads a stack. A backend that the user has set wins, with
 * everything else that is set for pulumi; else a stack of our backend is meant; else one that plain
 * pulumi would find.
 */
export function readingEnvironment(
    env: NodeJS.ProcessEnv,
    variables: Readonly<Record<string, string>>,
    known: boolean,
): Record<string, string> {
    const set = Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]);
    if (env.PULUMI_BACKEND_URL) {
        const theirs = set.filter(([name]) => name.startsWith("PULUMI_"));
        return { ...Object.fromEntries(set), ...variables, ...Object.fromEntries(theirs) };
    }
    if (known) return ownEnvironment(env, variables);
    return { ...Object.fromEntries(set), PATH: variables.PATH ?? env.PATH ?? "" };
}
