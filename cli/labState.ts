// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { type LabTools, labTools } from "./environment";
import type { Paths } from "./paths";

/** What the lab has built; undefined when it has built nothing, or not to its end. */
export function readLabTools({ labTools: file, labBundle }: Paths): LabTools | undefined {
    if (!existsSync(file) || !existsSync(labBundle)) return undefined;
    return parseLabTools(readFileSync(file, "utf8"), file);
}

/** Reads a tools.json. */
export function parseLabTools(text: string, file: string): LabTools {
    const fix = "Make it again with `npm run lab -- build`.";
    let raw: unknown;
    try {
        raw = JSON.parse(text);
    } catch {
        throw new Error(`${file} is not JSON. ${fix}`);
    }
    const parsed = labTools.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw new Error(`${file} cannot be used:\n${z.prettifyError(parsed.error)}\n${fix}`);
}

/** Why the lab cannot build on a machine; undefined when it can. */
export function whyNoLab(machine: {
    readonly os: string;
    readonly root: boolean;
    /** The text of /etc/os-release. */
    readonly release: string;
}): string | undefined {
    const ids = [...machine.release.matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)];
    const family = ids.flatMap(([, id = ""]) => id.split(" "));
    const debian = family.includes("debian") || family.includes("ubuntu");
    if (machine.os !== "linux" || !debian) return "the lab builds on Debian and Ubuntu only";
    return machine.root ? undefined : "the lab builds as root only";
}

/** The same for this machine. */
export async function whyNoLabHere(): Promise<string | undefined> {
    const release = await readFile("/etc/os-release", "utf8").catch(() => "");
    const root = process.getuid?.() === 0;
    return whyNoLab({ os: process.platform, root, release });
}
