// SPDX-License-Identifier: Apache-2.0
import { mkdir, readFile, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { freemem, totalmem } from "node:os";

/** Memory of this machine, in bytes. */
export interface Memory {
    readonly total: number;
    /** What programs can still have: more than what is free, for caches give way. */
    readonly available: number;
}

export async function memory(): Promise<Memory> {
    const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
    return { total: totalmem(), available: parseAvailable(text) ?? freemem() };
}

/** MemAvailable in the text of /proc/meminfo, in bytes. */
export function parseAvailable(text: string): number | undefined {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** Free bytes for a folder, which is made if need be. */
export async function freeDisk(folder: string): Promise<number> {
    await mkdir(folder, { recursive: true });
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
}

/** Whether nothing listens on a port of 127.0.0.1. */
export async function isPortFree(port: number): Promise<boolean> {
    const server = createServer();
    return new Promise((resolve) => {
        server.once("error", () => {
            resolve(false);
        });
        server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
            server.close(() => {
                resolve(true);
            });
        });
    });
}

const INOTIFY_INSTANCES = "/proc/sys/fs/inotify/max_user_instances";

/** How many inotify instances a user may have; undefined where the kernel doesn't show it. */
export async function inotifyLimit(): Promise<number | undefined> {
    const text = await readFile(INOTIFY_INSTANCES, "utf8").catch(() => undefined);
    return text === undefined ? undefined : Number(text);
}

/** Raises that limit until the next boot. Says whether that was allowed. */
export async function raiseInotifyLimit(limit: number): Promise<boolean> {
    try {
        await writeFile(INOTIFY_INSTANCES, String(limit));
        return (await inotifyLimit()) === limit;
    } catch {
        return false;
    }
}
