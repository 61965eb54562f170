import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { copyFile, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { mayHaveSysResource } from "./capabilities";
import { systemPath, which } from "./debian";
import { engineVersion } from "./docker";
import { folderOf, isUpToDate, makePart, type Part } from "./part";
import type { LabPaths } from "./paths";
import { identify, isAlive, type ProcessId } from "./processId";
import type { Workshop } from "./workshop";

/** What became of a wish to have an engine. */
export interface Engine {
    readonly version: string;
    /** Whether the lab runs it, now or from before. */
    readonly ours: boolean;
}

const startSeconds = 90;
const stopSeconds = 120;
const pollMs = 100;

/** Sockets have short names at most, so they cannot lie under just any cache folder. */
const executionRoot = "/run/istio-fleet-engine";

function recordFile(paths: LabPaths): string {
    return join(paths.engine, "engine.json");
}

function logFile(paths: LabPaths): string {
    return join(paths.engine, "dockerd.log");
}

/** The engine that the lab started, if that one still runs. */
export async function runningEngine(paths: LabPaths): Promise<ProcessId | undefined> {
    const text = await readFile(recordFile(paths), "utf8").catch(() => undefined);
    if (text === undefined) return undefined;
    const id = JSON.parse(text) as ProcessId;
    return (await isAlive(id)) ? id : undefined;
}

/** The arguments of dockerd; with a wrapper, every container goes through it. */
export function engineArguments(paths: LabPaths, wrapper: string | undefined): string[] {
    const places = ["--data-root", paths.docker, "--exec-root", executionRoot];
    const pid = ["--pidfile", join(paths.engine, "dockerd.pid")];
    if (wrapper === undefined) return [...places, ...pid];
    const name = "without-sys-resource";
    return [...places, ...pid, "--add-runtime", `${name}=${wrapper}`, "--default-runtime", name];
}

/**
 * The runtime wrapper's program, made if need be; nothing where containers need none. It is a copy
 * among the engine's own files, for a later recipe not to take it from an engine that runs.
 */
async function wrapperProgram(runtime: Part, workshop: Workshop): Promise<string | undefined> {
    const { paths } = workshop;
    if (mayHaveSysResource(await readFile("/proc/self/status", "utf8"))) return undefined;
    if (!(await isUpToDate(runtime, workshop))) await makePart(runtime, workshop);
    await mkdir(paths.engine, { recursive: true });
    const program = join(paths.engine, runtime.name);
    await copyFile(join(folderOf(runtime, paths), runtime.name), `${program}.new`);
    await rename(`${program}.new`, program);
    return program;
}

/** Gives a docker engine: the one that answers, or a new one where none does. */
export async function startEngine(runtime: Part, workshop: Workshop): Promise<Engine> {
    const { paths } = workshop;
    const present = await engineVersion();
    if (present !== undefined) {
        return { version: present, ours: (await runningEngine(paths)) !== undefined };
    }
    const host = process.env.DOCKER_HOST;
    if (host !== undefined && host !== "") {
        throw new Error(
            `DOCKER_HOST is "${host}" and no docker engine answers there. Start that engine, or ` +
                "unset DOCKER_HOST to let the lab start one of its own",
        );
    }
    await workshop.commands(["dockerd", "docker", "iptables"]);
    // Where systemd runs, installing the package has started an engine already.
    const installed = await engineVersion();
    if (installed !== undefined) return { version: installed, ours: false };
    const id = await launch(await wrapperProgram(runtime, workshop), paths);
    const version = await answer(id, paths);
    workshop.say(`started a docker engine ${version} (process ${String(id.pid)})`);
    return { version, ours: true };
}

async function launch(wrapper: string | undefined, paths: LabPaths): Promise<ProcessId> {
    await mkdir(paths.engine, { recursive: true });
    await mkdir(paths.docker, { recursive: true });
    const daemon = await which("dockerd");
    if (daemon === undefined) throw new Error("dockerd is installed but not on the PATH");
    const log = openSync(logFile(paths), "w");
    const child = spawn(daemon, engineArguments(paths, wrapper), {
        detached: true, // a session of its own, so that it outlives this process and its terminal
        stdio: ["ignore", log, log],
        env: { ...process.env, PATH: systemPath() },
    });
    if (child.pid === undefined) throw new Error(`${daemon} did not start`);
    child.unref();
    closeSync(log);
    const id = await identify(child.pid).catch(() => diedEarly(paths));
    await writeFile(recordFile(paths), JSON.stringify(id));
    return id;
}

async function lastWords(paths: LabPaths): Promise<string> {
    const text = await readFile(logFile(paths), "utf8").catch(() => "");
    return text.trimEnd().split("\n").slice(-8).join("\n    ");
}

async function diedEarly(paths: LabPaths): Promise<never> {
    throw new Error(`dockerd ended before it answered:\n    ${await lastWords(paths)}`);
}

async function answer(id: ProcessId, paths: LabPaths): Promise<string> {
    const deadline = Date.now() + startSeconds * 1000;
    while (Date.now() < deadline) {
        const version = await engineVersion();
        if (version !== undefined) return version;
        if (!(await isAlive(id))) await diedEarly(paths);
        await delay(pollMs);
    }
    throw new Error(
        `dockerd does not answer after ${String(startSeconds)} s:\n    ${await lastWords(paths)}`,
    );
}

/** Ends the engine that the lab started, and only that one; says whether there was one. */
export async function stopEngine(paths: LabPaths): Promise<boolean> {
    const id = await runningEngine(paths);
    if (id !== undefined) {
        process.kill(id.pid, "SIGTERM");
        await ended(id);
    }
    await rm(recordFile(paths), { force: true });
    return id !== undefined;
}

async function ended(id: ProcessId): Promise<void> {
    const deadline = Date.now() + stopSeconds * 1000;
    while (await isAlive(id)) {
        if (Date.now() > deadline) {
            throw new Error(
                `dockerd (process ${String(id.pid)}) was told to end and still runs after ` +
                    `${String(stopSeconds)} s`,
            );
        }
        await delay(pollMs);
    }
}
