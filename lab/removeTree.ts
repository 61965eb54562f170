import { readFile, rm } from "node:fs/promises";
import { run } from "./process";

/** The mount points at or below a folder, deepest first, from the text of `/proc/self/mountinfo`. */
export function mountsUnder(folder: string, mountinfo: string): string[] {
    return mountinfo
        .split("\n")
        .map((line) => line.split(" ")[4] ?? "")
        .map((point) =>
            point.replace(/\\([0-7]{3})/g, (_all, octal: string) =>
                String.fromCharCode(Number.parseInt(octal, 8)),
            ),
        )
        .filter((point) => point === folder || point.startsWith(`${folder}/`))
        .sort((a, b) => b.length - a.length);
}

/** Removes a folder and all in it; what an interrupted debootstrap left mounted there is unmounted first. */
export async function removeTree(folder: string): Promise<void> {
    const mounts = mountsUnder(folder, await readFile("/proc/self/mountinfo", "utf8"));
    for (const point of mounts) await run("umount", ["--lazy", point], { unstoppable: true });
    // Again if need be: a command that was just stopped may leave children that still write there.
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}
