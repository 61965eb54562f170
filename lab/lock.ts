import { randomUUID } from "node:crypto";
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stopSignal } from "./process";
import { identify, isAlive, type ProcessId } from "./processId";

/** How often a waiting run looks whether the lock's holder has ended. */
const pollMs = 250;

function parse(text: string): ProcessId | undefined {
    try {
        const value: unknown = JSON.parse(text);
        if (typeof value !== "object" || value === null) return undefined;
        const { pid, started } = value as Partial<ProcessId>;
        return typeof pid === "number" && typeof started === "string"
            ? { pid, started }
            : undefined;
    } catch {
        return undefined;
    }
}

async function holder(path: string): Promise<ProcessId | "none" | "unreadable"> {
    try {
        return parse(await readFile(path, "utf8")) ?? "unreadable";
    } catch {
        return "none";
    }
}

/** Puts a complete lock file in place, or says that there is one already. */
async function take(path: string, mine: string): Promise<boolean> {
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, mine);
    try {
        await link(draft, path); // unlike rename, this fails where a lock is
        return true;
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
        throw error;
    } finally {
        await rm(draft, { force: true });
    }
}

/** Removes the lock of a process that has ended, and only that one. */
async function breakStale(path: string): Promise<void> {
    const aside = `${path}.stale.${randomUUID()}`;
    try {
        await rename(path, aside);
    } catch {
        return; // somebody else was faster
    }
    const found = await holder(aside);
    if (typeof found === "object" && (await isAlive(found))) {
        // Between the look and the rename a living process took the lock: give it back.
        await link(aside, path).catch(() => undefined);
    }
    await rm(aside, { force: true });
}

/**
 * Runs `work` while no other process holds the lock at `path`. A lock whose process has ended is
 * taken over; `onWait` is told once when a living process has to be waited for.
 */
export async function withLock<T>(
    path: string,
    onWait: (pid: number) => void,
    work: () => Promise<T>,
): Promise<T> {
    await mkdir(dirname(path), { recursive: true });
    const mine = JSON.stringify(await identify(process.pid));
    let told = false;
    while (!(await take(path, mine))) {
        const found = await holder(path);
        if (found === "none") continue;
        if (found === "unreadable" || !(await isAlive(found))) {
            await breakStale(path);
            continue;
        }
        if (!told) onWait(found.pid);
        told = true;
        await delay(pollMs, undefined, { signal: stopSignal });
    }
    try {
        return await work();
    } finally {
        await rm(path, { force: true });
    }
}
