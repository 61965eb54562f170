// SPDX-License-Identifier: Apache-2.0
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { PROJECT, type Paths } from "./paths";

const lock = z.object({
    pid: z.int().positive(),
    username: z.string(),
    hostname: z.string(),
    timestamp: z.string(),
});

/** A lock that a pulumi process holds, or held, on a stack of the local backend. */
export type Lock = z.output<typeof lock>;

/** Whether the locks of a stack may be taken away. */
export type LockVerdict =
    | { readonly state: "free" }
    | { readonly state: "stale"; readonly reason: string }
    | { readonly state: "held"; readonly reason: string };

/**
 * Pulumi leaves its lock behind when it is killed. It is stale only when the process that wrote it
 * was on this host and has gone: of another host's processes nothing is known.
 */
export function judgeLocks(
    locks: readonly Lock[],
    hostname: string,
    isAlive: (pid: number) => boolean,
): LockVerdict {
    const held = locks.find((one) => one.hostname !== hostname || isAlive(one.pid));
    const [first] = locks;
    if (held) {
        const where = held.hostname === hostname ? "" : ` on ${held.hostname}`;
        return {
            state: "held",
            reason:
                `process ${String(held.pid)}${where} of ${held.username} works on the stack since ` +
                `${held.timestamp}. Wait for it, or end it and run this again`,
        };
    }
    if (!first) return { state: "free" };
    return {
        state: "stale",
        reason: `process ${String(first.pid)} was killed while it worked on the stack`,
    };
}

/** The locks on a stack of the local backend. */
export async function readLocks({ state }: Paths, stack: string): Promise<Lock[]> {
    const folder = join(state, ".pulumi", "locks", "organization", PROJECT, stack);
    // Beside each one lies a file of attributes, `<name>.json.attrs`.
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
    const texts = await Promise.all(
        // One that goes away between the two looks was given back.
        names.map((name) => readFile(join(folder, name), "utf8").catch(() => undefined)),
    );
    return texts.filter((text) => text !== undefined).map((text) => lock.parse(JSON.parse(text)));
}
