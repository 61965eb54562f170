import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemPath } from "./debian";
import type { Making, Part } from "./part";
import { removeTree } from "./removeTree";
import { run } from "./process";

/** A small Debian to put programs on. */
export interface Rootfs {
    readonly name: string;
    readonly suite: string;
    readonly packages: readonly string[];
    readonly megabytes: number;
}

/** Ubuntu has Debian's keys in a package of their own. */
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** What nothing in a container reads. */
const excess = ["usr/share/doc", "usr/share/man", "usr/share/locale"];
const caches = ["var/cache/apt", "var/lib/apt/lists"];

/** The part that holds a Debian root file system, in its folder `root`. */
export function rootfs(recipe: Rootfs): Part {
    const { megabytes, ...rest } = recipe;
    return {
        name: recipe.name,
        recipe: { ...rest, excess, caches, processor: process.arch },
        needs: [],
        megabytes,
        commands: ["debootstrap", keyring],
        make: (making) => bootstrap(recipe, making),
    };
}

/** The arguments of debootstrap. Its own default mirror is used unless the user names another. */
export function debootstrapArguments(
    recipe: Rootfs,
    target: string,
    env: NodeJS.ProcessEnv = process.env,
): string[] {
    const mirror = env.ISTIO_FLEET_DEBIAN_MIRROR;
    return [
        "--variant=minbase",
        `--keyring=${keyring}`,
        `--include=${recipe.packages.join(",")}`,
        recipe.suite,
        target,
        ...(mirror === undefined || mirror === "" ? [] : [mirror]),
    ];
}

async function bootstrap(recipe: Rootfs, { out, log }: Making): Promise<void> {
    const root = join(out, "root");
    await run("debootstrap", debootstrapArguments(recipe, root), {
        env: { PATH: systemPath(), DEBIAN_FRONTEND: "noninteractive" },
        log,
    });
    for (const folder of [...excess, ...caches]) await removeTree(join(root, folder));
    if (!existsSync(join(root, "etc/debian_version"))) {
        throw new Error(`debootstrap ended well but left no Debian in ${root}`);
    }
}
