// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The plugins below a process: what a killed pulumi leaves running, for it cannot end them. */
export async function pluginsOf(ancestor: number): Promise<number[]> {
    const processes = await Promise.all((await readdir("/proc")).filter(isNumber).map(readProcess));
    const parents = new Map(processes.map(({ id, parent }) => [id, parent]));
    const isBelow = (id: number): boolean => {
        const parent = parents.get(id);
        return parent !== undefined && (parent === ancestor || isBelow(parent));
    };
    return processes
        .filter(({ id, name }) => name.startsWith("pulumi-resource") && isBelow(id))
        .map(({ id }) => id);
}

/** Ends processes that are still there. */
export function endProcesses(ids: readonly number[]): void {
    for (const id of ids) {
        try {
            process.kill(id, "SIGTERM");
        } catch {
            // It has ended by itself.
        }
    }
}

function isNumber(name: string): boolean {
    return /^\d+$/.test(name);
}

interface Process {
    readonly id: number;
    readonly parent: number;
    readonly name: string;
}

async function readProcess(id: string): Promise<Process> {
    // `id (name) state parent …`; the process may be gone by now.
    const stat = await readFile(join("/proc", id, "stat"), "utf8").catch(() => "");
    const [, name = "", parent = "0"] = /\((.*)\) \S+ (\d+)/.exec(stat) ?? [];
    return { id: Number(id), parent: Number(parent), name };
}
