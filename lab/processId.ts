import { readFile } from "node:fs/promises";

/** A process for certain: numbers are used again, a number with its start is not. */
export interface ProcessId {
    readonly pid: number;
    /** When it started, in the kernel's own words: the boot and the ticks since then. */
    readonly started: string;
}

/** The state and the start (in ticks since boot) from `/proc/<pid>/stat`. */
export function parseStat(stat: string): { state: string; startTicks: string } {
    // The command's name, in parentheses, may hold spaces and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", startTicks: fields[19] ?? "" };
}

async function startOf(pid: number): Promise<string | undefined> {
    try {
        const { state, startTicks } = parseStat(
            await readFile(`/proc/${String(pid)}/stat`, "utf8"),
        );
        if (state === "Z" || state === "X") return undefined; // ended, and only not yet reaped
        const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
        return `${boot.trim()}/${startTicks}`;
    } catch {
        return undefined;
    }
}

/** Who a running process is. */
export async function identify(pid: number): Promise<ProcessId> {
    const started = await startOf(pid);
    if (started === undefined) throw new Error(`process ${String(pid)} has already ended`);
    return { pid, started };
}

/** Whether exactly that process still runs. */
export async function isAlive(id: ProcessId): Promise<boolean> {
    return (await startOf(id.pid)) === id.started;
}
