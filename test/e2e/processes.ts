// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

/** The plugins below a process: what a killed pulumi leaves running, for it cannot end them. */
export async function pluginsOf(ancestor: number): Promise<number[]> {
    return (await processesBelow(ancestor))
        .filter(({ name }) => name.startsWith("pulumi-resource"))
        .map(({ id }) => id);
}

/** All processes below one. Pulumi gives each plugin a process group of its own, so no group has them all. */
export async function processesBelow(ancestor: number): Promise<Process[]> {
    const processes = await Promise.all((await readdir("/proc")).filter(isNumber).map(readProcess));
    const parents = new Map(processes.map(({ id, parent }) => [id, parent]));
    const isBelow = (id: number): boolean => {
        const parent = parents.get(id);
        return parent !== undefined && (parent === ancestor || isBelow(parent));
    };
    return processes.filter(({ id }) => isBelow(id));
}

/** Ends processes that are still there. */
export function endProcesses(ids: readonly number[], signal: NodeJS.Signals = "SIGTERM"): void {
    for (const id of ids) {
        try {
            process.kill(id, signal);
        } catch {
            // It has ended by itself.
        }
    }
}

function isNumber(name: string): boolean {
    return /^\d+$/.test(name);
}

/** A process of this machine. */
export interface Process {
    readonly id: number;
    readonly parent: number;
    /** Name of its program, at most 15 characters. */
    readonly name: string;
}

async function readProcess(id: string): Promise<Process> {
    // `id (name) state parent …`; the process may be gone by now.
    const stat = await readFile(join("/proc", id, "stat"), "utf8").catch(() => "");
    const [, name = "", parent = "0"] = /\((.*)\) \S+ (\d+)/.exec(stat) ?? [];
    return { id: Number(id), parent: Number(parent), name };
}
