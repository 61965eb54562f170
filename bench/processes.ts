// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";

/** What a process is to a run of pulumi. */
export type Role = "provider" | "cli" | "program";

/** The most that the processes of one role were at any look. */
export interface Peak {
    /** How many there were at once. */
    readonly count: number;
    /** Their resident memory, added up, in bytes. Memory that they share counts for each of them. */
    readonly bytes: number;
}

export type Peaks = Readonly<Record<Role, Peak>>;

const INTERVAL_MS = 200;

/** The role of a process, by its command line; undefined for any other. */
export function roleOf([file = "", ...args]: readonly string[]): Role | undefined {
    const name = basename(file);
    if (name.startsWith("pulumi-resource-")) return "provider";
    if (name === "pulumi") return "cli";
    const runs = args.some((arg) => /@pulumi\/pulumi\/cmd\/run(\/|$)/.test(arg));
    return name === "node" && runs ? "program" : undefined;
}

/**
 * Looks at the processes below one every 200 ms, until the function that is given is called. Other
 * runs of pulumi on this machine, and plugins that a killed one has left, are below another.
 */
export function watchProcesses(root = process.pid): () => Peaks {
    const peaks = { provider: NOTHING, cli: NOTHING, program: NOTHING };
    const strangers = new Map<string, number>();
    const look = () => {
        const found = { provider: NOTHING, cli: NOTHING, program: NOTHING };
        for (const { role, bytes } of processesBelow(root, strangers)) {
            const { count, bytes: others } = found[role];
            found[role] = { count: count + 1, bytes: others + bytes };
        }
        for (const role of ["provider", "cli", "program"] as const) {
            peaks[role] = {
                count: Math.max(peaks[role].count, found[role].count),
                bytes: Math.max(peaks[role].bytes, found[role].bytes),
            };
        }
    };
    look();
    const timer = setInterval(look, INTERVAL_MS);
    return () => {
        clearInterval(timer);
        return peaks;
    };
}

const NOTHING: Peak = { count: 0, bytes: 0 };

/** A process may not yet be what it is going to be when it is first seen: between fork and exec. */
const LOOKS_AT_A_STRANGER = 2;

/**
 * The processes of a role. The clusters' own are on the machine too, thousands of them: they are
 * left out once they were looked at.
 */
function processesBelow(
    root: number,
    strangers: Map<string, number>,
): { role: Role; bytes: number }[] {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    const alive = new Set(pids);
    for (const pid of strangers.keys()) if (!alive.has(pid)) strangers.delete(pid);
    return pids.flatMap((pid) => {
        const looks = strangers.get(pid) ?? 0;
        if (looks >= LOOKS_AT_A_STRANGER) return [];
        const role = roleOf(read(pid, "cmdline").split("\0"));
        if (role && isBelow(pid, root)) return [{ role, bytes: residentBytes(pid) }];
        strangers.set(pid, looks + 1);
        return [];
    });
}

function isBelow(pid: string, root: number): boolean {
    for (let parent = parentOf(pid); parent > 1; parent = parentOf(String(parent))) {
        if (parent === root) return true;
    }
    return false;
}

/** The parent's id; 0 for a process that has gone. */
function parentOf(pid: string): number {
    return Number(/^PPid:\s+(\d+)$/m.exec(read(pid, "status"))?.[1] ?? 0);
}

function residentBytes(pid: string): number {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(pid, "status"))?.[1] ?? 0) * 1024;
}

/** A file of a process; empty once that has gone. */
function read(pid: string, file: string): string {
    try {
        return readFileSync(`/proc/${pid}/${file}`, "utf8");
    } catch {
        return "";
    }
}
