import { existsSync } from "node:fs";
import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { run } from "./process";
import type { Workshop } from "./workshop";

/** The Debian package that brings each command (or file) that the lab calls. */
const packages: Readonly<Record<string, string>> = {
    debootstrap: "debootstrap",
    "/usr/share/keyrings/debian-archive-keyring.gpg": "debian-archive-keyring",
    dockerd: "docker.io",
    docker: "docker.io",
    iptables: "iptables",
    openssl: "openssl",
    pip: "python3-pip",
    python3: "python3",
    tar: "tar",
};

/** Where Debian keeps administrators' commands; not on every shell's PATH. */
const systemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/** The PATH with the administrators' folders, for children that look there. */
export function systemPath(path: string = process.env.PATH ?? ""): string {
    const present = path.split(delimiter).filter((folder) => folder !== "");
    return [...present, ...systemFolders.filter((f) => !present.includes(f))].join(delimiter);
}

async function isExecutable(path: string): Promise<boolean> {
    try {
        await access(path, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

/** The full path of a command, if the machine has it. */
export async function which(command: string): Promise<string | undefined> {
    for (const folder of systemPath().split(delimiter)) {
        const path = join(folder, command);
        if (await isExecutable(path)) return path;
    }
    return undefined;
}

async function has(name: string): Promise<boolean> {
    if (name.startsWith("/")) return existsSync(name);
    if (name === "pip") return hasPip();
    return (await which(name)) !== undefined;
}

async function hasPip(): Promise<boolean> {
    if ((await which("python3")) === undefined) return false;
    return run("python3", ["-m", "pip", "--version"]).then(
        () => true,
        () => false,
    );
}

/** Why the lab cannot work on a machine, or nothing. */
export function refusal(osRelease: string, uid: number): string | undefined {
    const field = (key: string) =>
        new RegExp(`^${key}="?([^"\n]*)"?$`, "m").exec(osRelease)?.[1] ?? "";
    const family = [field("ID"), ...field("ID_LIKE").split(" ")];
    if (!family.includes("debian") && !family.includes("ubuntu")) {
        const name = field("PRETTY_NAME") || "this machine";
        return (
            `the lab builds with Debian's packages, and ${name} is neither Debian nor Ubuntu. ` +
            "Install docker, kind and pulumi by hand instead; then the lab is not needed"
        );
    }
    if (uid !== 0) {
        return (
            `the lab installs packages and makes root file systems, and user ${String(uid)} may ` +
            "not. Run it as root"
        );
    }
    return undefined;
}

/** Refuses machines that the lab does not support. */
export async function requireDebian(): Promise<void> {
    const osRelease = await readFile("/etc/os-release", "utf8").catch(() => "");
    const reason = refusal(osRelease, process.getuid?.() ?? -1);
    if (reason !== undefined) throw new Error(reason);
}

/** Installs, by apt, the packages of those commands that the machine lacks. */
export async function installMissing(names: readonly string[], workshop: Workshop): Promise<void> {
    const missing = new Set<string>();
    for (const name of names) {
        const owner = packages[name];
        if (owner === undefined) throw new Error(`no package is known to bring ${name}`);
        if (!(await has(name))) missing.add(owner);
    }
    if (missing.size === 0) return;
    workshop.say(`installs by apt: ${[...missing].join(" ")}`);
    const env = { DEBIAN_FRONTEND: "noninteractive", PATH: systemPath() };
    const log = join(workshop.paths.logs, "apt.log");
    // Finishes what an interrupted installation left; else nothing more can be installed.
    await run("dpkg", ["--configure", "-a"], { env, log });
    await run("apt-get", ["update", "-q"], { env, log });
    await run("apt-get", ["install", "-q", "-y", "--no-install-recommends", ...missing], {
        env,
        log,
    });
}
