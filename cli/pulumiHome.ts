// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import type { LabTools } from "./environment";
import { type Paths, ROOT } from "./paths";

/** A resource plugin, by the one version that the program's npm package asks for. */
export interface Plugin {
    readonly name: string;
    readonly version: string;
}

/** The npm packages of the program that need a plugin. */
const PACKAGES = ["command", "docker", "kubernetes", "tls"];

const packageJson = z.object({ dependencies: z.record(z.string(), z.string()) });

/** The plugins that the program needs, as package.json pins them. */
export async function neededPlugins(): Promise<Plugin[]> {
    const text = await readFile(join(ROOT, "package.json"), "utf8");
    const { dependencies } = packageJson.parse(JSON.parse(text));
    return PACKAGES.map((name) => {
        const version = dependencies[`@pulumi/${name}`];
        if (!version) throw new Error(`package.json has no dependency @pulumi/${name}`);
        return { name, version };
    });
}

/** Where the engine looks for a plugin: the version must be exactly the npm package's. */
export function pluginFile(home: string, { name, version }: Plugin): string {
    return join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);
}

/**
 * Makes what pulumi needs of folders and files: a home, a backend, a passphrase. Plugins of the lab
 * are linked into the home; without it, links of an earlier run are taken away, for a stand-in must
 * never be in the way of the real plugin.
 */
export async function preparePulumi(
    paths: Paths,
    plugins: LabTools["plugins"] | undefined,
): Promise<void> {
    await mkdir(paths.state, { recursive: true });
    await mkdir(paths.pulumiHome, { recursive: true });
    await makePassphrase(paths.passphrase);
    await closeLogs(join(paths.pulumiHome, "logs"));
    await unlinkPlugins(paths.pulumiHome);
    for (const plugin of plugins ?? []) {
        const file = pluginFile(paths.pulumiHome, plugin);
        // A plugin that pulumi has downloaded is the real one: it stays.
        if (await lstat(file).catch(() => undefined)) continue;
        await mkdir(dirname(file), { recursive: true });
        await symlink(plugin.path, file);
    }
}

/**
 * Since 3.259 pulumi writes an encrypted debug log of every property to `$PULUMI_HOME/logs`, which
 * is nearly half of its CPU time (a no-op preview of one cluster: 12 s with it, 5 s without), and
 * has no switch for it. A plain file where the folder should be stops it without a word.
 */
async function closeLogs(logs: string): Promise<void> {
    const found = await lstat(logs).catch(() => undefined);
    if (found?.isFile()) return;
    await rm(logs, { recursive: true, force: true });
    await writeFile(
        logs,
        "A file in the place of pulumi's debug logs keeps them from being written.\n",
    );
}

async function makePassphrase(file: string): Promise<void> {
    try {
        await writeFile(file, randomBytes(32).toString("base64url"), { flag: "wx", mode: 0o600 });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        await chmod(file, 0o600);
    }
}

async function unlinkPlugins(home: string): Promise<void> {
    const plugins = join(home, "plugins");
    for (const folder of await readdir(plugins).catch(() => [])) {
        const name = /^resource-(.+)-v[^-]+$/.exec(folder)?.[1];
        const file = join(plugins, folder, `pulumi-resource-${name ?? ""}`);
        const found = name ? await lstat(file).catch(() => undefined) : undefined;
        if (found?.isSymbolicLink()) await rm(join(plugins, folder), { recursive: true });
    }
}
