// SPDX-License-Identifier: Apache-2.0
import { constants } from "node:fs";
import { access, lstat, stat } from "node:fs/promises";
import { delimiter, join, sep } from "node:path";
import { run } from "./child";
import type { ToolFacts } from "./choose";
import { type LabTools, type Uses, releaseFolder } from "./environment";
import { whyNoLabHere } from "./labState";
import { type Paths, ROOT } from "./paths";
import { type Plugin, pluginFile } from "./pulumiHome";
import { type Ping, imagePings, platformOf, pluginPings, releases } from "./releases";
import { whyUnreachable } from "./reach";
import { findVersion } from "./version";

/** What the finding starts from. */
export interface Search {
    readonly paths: Paths;
    readonly lab: LabTools | undefined;
    /** The plugins that the program needs. */
    readonly plugins: readonly Plugin[];
    readonly previous: Uses | undefined;
    /** A bundle of the user's own, from the stack's config or the environment. */
    readonly bundle: string | undefined;
    /** Whether sources may be asked over the network: that takes seconds where there is none. */
    readonly online: boolean;
}

/** What is known about each tool. */
export async function findTools(search: Search): Promise<ToolFacts[]> {
    const lab = await labFacts(search);
    const [kind, pulumi, plugins, images] = await Promise.all([
        findProgram("kind", ["version"], search),
        findProgram("pulumi", ["version"], search),
        pluginFacts(search),
        imageFacts(search),
    ]);
    const all = [kind, pulumi, plugins, images];
    return all.map((facts) => ({ ...facts, lab, previous: search.previous?.[facts.name] }));
}

type Facts = Omit<ToolFacts, "lab" | "previous">;

async function findProgram(
    name: "kind" | "pulumi",
    versionArgs: readonly string[],
    search: Search,
): Promise<Facts> {
    const { version, minimum, page, file } = releases[name];
    const path = await which(name, search.paths.cache);
    const found = path ? { path, version: await versionOf(path, versionArgs) } : undefined;
    const known = { name, minimum, page, ...(found ? { found } : {}) };
    const downloaded = await exists(join(releaseFolder(search.paths, name), name));
    if (downloaded) return { ...known, release: { state: "downloaded", version } };
    const platform = platformOf(process.platform, process.arch);
    const pings = platform ? [{ url: file(platform).checksums, status: 200 }] : undefined;
    return { ...known, release: await reach(pings, version, search) };
}

async function pluginFacts({ plugins, paths, online }: Search): Promise<Facts> {
    const version = plugins.map(({ name, version }) => `${name} ${version}`).join(", ");
    const files = plugins.map((plugin) => pluginFile(paths.pulumiHome, plugin));
    const own = await Promise.all(files.map(isOwnFile));
    const platform = platformOf(process.platform, process.arch);
    const kubernetes = plugins.find(({ name }) => name === "kubernetes")?.version ?? "";
    return {
        name: "plugins",
        page: "https://www.pulumi.com/registry/",
        release: own.every(Boolean)
            ? { state: "downloaded", version }
            : await reach(platform && pluginPings(platform, kubernetes), version, { online }),
    };
}

async function imageFacts(search: Search): Promise<Facts> {
    const { bundle } = search;
    return {
        name: "images",
        page: "the registries of versions.ts, or give a bundle of your own by `bundle` in the config",
        ...(bundle ? { found: { path: bundle, version: undefined } } : {}),
        release: await reach(imagePings, "of versions.ts", search),
    };
}

async function reach(
    pings: readonly Ping[] | undefined,
    version: string,
    { online }: Pick<Search, "online">,
): Promise<Facts["release"]> {
    if (!pings) {
        const machine = `${process.platform} on ${process.arch}`;
        return { state: "unreachable", reason: `there is no release for ${machine}` };
    }
    if (!online) return { state: "unreachable", reason: "`npm start` has not looked for it yet" };
    const reason = await whyUnreachable(pings);
    return reason ? { state: "unreachable", reason } : { state: "reachable", version };
}

async function labFacts({ lab }: Search): Promise<ToolFacts["lab"]> {
    const reason = await whyNoLabHere();
    if (reason) return { state: "unsupported", reason };
    return { state: lab ? "built" : "buildable" };
}

/** A program on the PATH, apart from those that we put there ourselves. */
export async function which(name: string, cache: string): Promise<string | undefined> {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
        const file = join(folder, name);
        if (folder === "" || file.startsWith(cache + sep) || file.startsWith(ROOT + sep)) continue;
        if (await isExecutable(file)) return file;
    }
    return undefined;
}

async function versionOf(file: string, args: readonly string[]): Promise<string | undefined> {
    const { exitCode, stdout } = await run(file, args, { cwd: ROOT, env: process.env });
    return exitCode === 0 ? findVersion(stdout) : undefined;
}

async function isExecutable(file: string): Promise<boolean> {
    try {
        await access(file, constants.X_OK);
        return (await stat(file)).isFile();
    } catch {
        return false;
    }
}

async function exists(file: string): Promise<boolean> {
    return access(file).then(
        () => true,
        () => false,
    );
}

/** Whether a plugin's file is one that pulumi has downloaded, not our link to one of the lab. */
async function isOwnFile(file: string): Promise<boolean> {
    const found = await lstat(file).catch(() => undefined);
    return found?.isFile() ?? false;
}
