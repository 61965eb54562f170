// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./child";
import { releaseFolder } from "./environment";
import type { Paths } from "./paths";
import { type ReleaseFile, platformOf, releases } from "./releases";
import { StepError } from "./steps";

/** The sum of a file in a list of them. */
export function findChecksum(list: string, fileName: string): string {
    for (const line of list.split("\n")) {
        const [, sum, name] = /^([0-9a-f]{64})\s+\*?(\S+)$/.exec(line.trim()) ?? [];
        if (sum !== undefined && name === fileName) return sum;
    }
    throw new Error(`the list of checksums does not name ${fileName}`);
}

/** Refuses a file that is not the one that was published. */
export function checkSum(content: Uint8Array, expected: string, fileName: string): void {
    const actual = createHash("sha256").update(content).digest("hex");
    if (actual !== expected) {
        throw new Error(
            `${fileName} has the SHA-256 sum ${actual}, but ${expected} was published. Nothing was installed`,
        );
    }
}

/** Downloads a tool's release into its own folder in the cache, which appears only when it is whole. */
export async function download(
    name: keyof typeof releases,
    paths: Paths,
    signal: AbortSignal,
): Promise<string> {
    const platform = platformOf(process.platform, process.arch);
    if (!platform) throw new StepError(`there is no release of ${name} for this machine`);
    const file: ReleaseFile = releases[name].file(platform);
    const sums = new TextDecoder().decode(await get(file.checksums, signal));
    const content = await get(file.url, signal);
    checkSum(content, findChecksum(sums, file.fileName), file.fileName);
    const folder = releaseFolder(paths, name);
    const partial = `${folder}.partial`;
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    const whole = await unpack(file, content, partial, name);
    await rm(folder, { recursive: true, force: true });
    await rename(whole, folder);
    await rm(partial, { recursive: true, force: true });
    return folder;
}

/** Puts the programs of a release into a folder, and gives the folder that holds them. */
async function unpack(
    { fileName, archiveFolder }: ReleaseFile,
    content: Uint8Array,
    folder: string,
    name: string,
): Promise<string> {
    if (archiveFolder === undefined) {
        const program = join(folder, name);
        await writeFile(program, content);
        await chmod(program, 0o755);
        return folder;
    }
    const archive = join(folder, fileName);
    await writeFile(archive, content);
    const { exitCode, stderr } = await run("tar", ["-xzf", archive, "-C", folder], {
        cwd: folder,
        env: process.env,
    });
    if (exitCode !== 0) throw new StepError(`${fileName} cannot be unpacked`, [stderr]);
    return join(folder, archiveFolder);
}

async function get(url: string, signal: AbortSignal): Promise<Uint8Array> {
    const response = await fetch(url, { signal });
    if (!response.ok) throw new StepError(`${url} answers with ${String(response.status)}`);
    return new Uint8Array(await response.arrayBuffer());
}
