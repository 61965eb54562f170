// SPDX-License-Identifier: Apache-2.0
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * The files that a fleet could leave behind where it works outside its backend: what mktemp makes in
 * the folder for temporary files, locks, and the user's kubeconfig.
 */
export async function leftFiles(temporary: string): Promise<string[]> {
    const cache = process.env.ISTIO_FLEET_CACHE ?? join(homedir(), ".cache", "istio-fleet");
    const folders = [join(cache, "locks"), join(homedir(), ".kube")];
    const entries = await Promise.all([
        ...folders.map((folder) => list(folder, () => true)),
        list(temporary, (name) => name.startsWith("tmp.")),
    ]);
    return entries.flat().sort();
}

async function list(folder: string, wanted: (name: string) => boolean): Promise<string[]> {
    const names = await readdir(folder).catch(() => []);
    return names.filter(wanted).map((name) => join(folder, name));
}
