// SPDX-License-Identifier: Apache-2.0
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync } from "node:fs";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** What came of a script. */
export interface Outcome {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
}

/** A script that runs. */
export interface Running {
    readonly child: ChildProcessWithoutNullStreams;
    readonly done: Promise<Outcome>;
}

/** A kind cluster of the fake machine. */
export interface FakeCluster {
    readonly mounts: readonly string[];
    readonly networks: readonly string[];
    /** Whether its node is Ready and kube-proxy serves. */
    readonly ready: boolean;
    /** Those of our namespaces that it has. Defaults to none. */
    readonly namespaces?: readonly string[];
}

/** A machine whose docker, kind and flock are scripts of fake-bin, in a folder of its own. */
export class FakeMachine {
    public readonly folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
    private runs = 0;

    constructor() {
        for (const name of ["clusters", "home", "cwd"]) mkdirSync(join(this.folder, name));
    }

    public remove(): void {
        rmSync(this.folder, { recursive: true });
    }

    public addCluster(name: string, cluster: FakeCluster): void {
        const folder = join(this.folder, "clusters", name);
        mkdirSync(folder);
        const write = (file: string, lines: readonly string[]) => {
            writeFileSync(join(folder, file), lines.map((line) => `${line}\n`).join(""));
        };
        write("mounts", cluster.mounts);
        write("networks", cluster.networks);
        write("namespaces", cluster.namespaces?.map((namespace) => `namespace/${namespace}`) ?? []);
        if (cluster.ready) write("ready", []);
    }

    /** Names of the clusters that are there. */
    public clusters(): string[] {
        return readdirSync(join(this.folder, "clusters"));
    }

    /** Sets one of the switches that the scripts of fake-bin look for. */
    public set(name: "api-is-down" | "create-fails" | "engine-is-down" | "never-ready"): void {
        writeFileSync(join(this.folder, name), "");
    }

    /** Lets the API server refuse a pool, or not serve a CRD, so many times. */
    public refuse(times: number): void {
        writeFileSync(join(this.folder, "refusals"), "no\n".repeat(times));
    }

    /** Content of a file of the machine, undefined when it is not there. */
    public read(name: string): string | undefined {
        const path = join(this.folder, name);
        return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    }

    /** Names in a folder of the machine. */
    public list(name: string): string[] {
        return readdirSync(join(this.folder, name), { recursive: true, encoding: "utf8" });
    }

    /** What was run, in order, arguments parted by "|". The machine's own folder is called $FAKE. */
    public calls(run?: number): string[] {
        const lines = (this.read("calls") ?? "").replaceAll(this.folder, "$FAKE").split("\n");
        const parted = lines.filter((line) => line !== "").map((line) => line.split(": "));
        return parted
            .filter(([number]) => run === undefined || number === String(run))
            .map(([, ...call]) => call.join(": "));
    }

    /** Waits until the calls say so, five seconds at most. */
    public async until(condition: (calls: readonly string[]) => boolean): Promise<void> {
        const deadline = Date.now() + 5000;
        while (!condition(this.calls())) {
            if (Date.now() > deadline) throw new Error(`only this was run: ${this.calls().join()}`);
            await setTimeout(5);
        }
    }

    /** Lets `kind create` stop in the middle. */
    public closeGate(): void {
        writeFileSync(join(this.folder, "gate"), "");
    }

    /** Lets it go on. */
    public openGate(): void {
        rmSync(join(this.folder, "gate"));
    }

    /** Runs a script as the Command resource does. */
    public async run(
        script: string,
        environment: Readonly<Record<string, string>>,
        stdin = "",
    ): Promise<Outcome> {
        return this.start(script, environment, stdin).done;
    }

    public start(
        script: string,
        environment: Readonly<Record<string, string>>,
        stdin = "",
    ): Running {
        this.runs += 1;
        const child = spawn("/bin/sh", ["-c", script], {
            cwd: join(this.folder, "cwd"),
            env: {
                PATH: `${join(__dirname, "fake-bin")}:/usr/local/bin:/usr/bin:/bin`,
                HOME: join(this.folder, "home"),
                FAKE: this.folder,
                RUN: String(this.runs),
                ...environment,
            },
        });
        // A script that ends before it has read everything breaks the pipe; that is no error.
        child.stdin.on("error", () => undefined);
        child.stdin.end(stdin);
        return { child, done: outcome(child) };
    }
}

async function outcome(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
    const text = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (data: string) => (text.stdout += data));
    child.stderr.setEncoding("utf8").on("data", (data: string) => (text.stderr += data));
    const code = await new Promise<number | null>((resolve, reject) => {
        child.once("error", reject);
        child.once("close", resolve);
    });
    return { code, ...text };
}
