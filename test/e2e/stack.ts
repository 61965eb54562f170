// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { PROJECT } from "../../cli/paths";

const ROOT = resolve(__dirname, "../..");
/** What has secrets printed in the clear. */
const IN_THE_CLEAR = "--show-secrets";

/** What one command has said. */
export interface Said {
    readonly command: string;
    /** Standard output and error; of a run that was asked for secrets, the latter alone. */
    readonly text: string;
}

/** A stack of the real program on a backend of its own, run by the real pulumi. */
export class Stack {
    private readonly runs: Said[] = [];

    private constructor(
        readonly name: string,
        /** Folder of the backend. */
        readonly folder: string,
        private readonly environment: NodeJS.ProcessEnv,
    ) {}

    /**
     * Writes the stack's file and makes the stack.
     *
     * @param config values of the namespace istio-fleet.
     * @param environment PATH, PULUMI_HOME and bundle, as `npm run env` gives them.
     */
    static async create(
        name: string,
        config: Readonly<Record<string, unknown>>,
        environment: NodeJS.ProcessEnv,
    ): Promise<Stack> {
        const folder = await mkdtemp(join(tmpdir(), `istio-fleet-${name}-`));
        const stack = new Stack(name, folder, {
            ...environment,
            PULUMI_BACKEND_URL: `file://${folder}`,
        });
        await stack.configure(config);
        await stack.init();
        return stack;
    }

    /** Makes the stack on its backend, which has none, or has lost it. */
    async init(): Promise<void> {
        await this.pulumi(["stack", "init", this.name]);
    }

    /** Replaces the stack's config, keeping the salt of its secrets. */
    async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
        const entries = Object.entries(config).map(([key, value]) => [`istio-fleet:${key}`, value]);
        const content = { config: Object.fromEntries(entries) as unknown };
        // JSON is YAML.
        await writeFile(this.file, JSON.stringify(content, undefined, 2));
    }

    async up(...flags: string[]): Promise<string> {
        return await this.pulumi(["up", "--yes", "--skip-preview", ...flags]);
    }

    /** Starts an `up` that the test is going to kill. */
    startUp() {
        return this.start(["up", "--yes", "--skip-preview"]);
    }

    /** Fails when the preview shows any change. */
    async previewNothing(...flags: string[]): Promise<void> {
        await this.pulumi(["preview", "--expect-no-changes", "--diff", ...flags]);
    }

    async preview(...flags: string[]): Promise<string> {
        return await this.pulumi(["preview", ...flags]);
    }

    async refresh(): Promise<string> {
        return await this.pulumi(["refresh", "--yes", "--skip-preview"]);
    }

    /** Takes away the lock that a killed run has left, as pulumi's own message says to. */
    async cancel(): Promise<string> {
        return await this.pulumi(["cancel", "--yes"]);
    }

    async destroy(): Promise<string> {
        return await this.pulumi(["destroy", "--yes", "--skip-preview"]);
    }

    /** Runs one of our own commands on this stack. */
    async command(name: string, ...flags: string[]): Promise<string> {
        const args = ["run", "--silent", name, "--", ...flags, "--stack", this.name];
        const result = await execa("npm", args, {
            cwd: ROOT,
            env: this.environment,
            stdin: "ignore",
            all: true,
            reject: false,
        });
        this.runs.push({ command: `npm ${args.join(" ")}`, text: result.all });
        if (result.exitCode === 0) return result.stdout;
        throw new Error(`npm ${args.join(" ")} failed:\n${result.all.slice(-6000)}`);
    }

    /** All outputs, secrets in the clear. */
    async outputs(): Promise<unknown> {
        return JSON.parse(await this.pulumi(["stack", "output", "--json", IN_THE_CLEAR]));
    }

    /** The state as it is stored. */
    async exported(): Promise<string> {
        return await this.pulumi(["stack", "export"]);
    }

    /** The state with its secrets in the clear. */
    async exportedInTheClear(): Promise<string> {
        return await this.pulumi(["stack", "export", IN_THE_CLEAR]);
    }

    /** Runs any other command of pulumi's, and gives its standard output. */
    async run(...args: string[]): Promise<string> {
        return await this.pulumi(args);
    }

    /** What all commands have said, also those that failed or were killed. */
    get said(): readonly Said[] {
        return this.runs;
    }

    /** Path of the state. */
    get stateFile(): string {
        return join(this.folder, ".pulumi", "stacks", PROJECT, `${this.name}.json`);
    }

    /** Paths of the copies of the state that pulumi makes at the end of every run, the oldest first. */
    async backups(): Promise<string[]> {
        const folder = join(this.folder, ".pulumi", "backups", PROJECT, this.name);
        const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
        // Their names end in a time, in nanoseconds.
        return names.sort().map((name) => join(folder, name));
    }

    /** Takes everything away, whatever state it is in. */
    async cleanUp(): Promise<void> {
        await this.cancel().catch(() => undefined);
        try {
            await this.destroy();
        } finally {
            await this.remove();
        }
    }

    /** Forgets the stack, its file and its backend. */
    private async remove(): Promise<void> {
        await rm(this.file, { force: true });
        await rm(this.folder, { recursive: true, force: true });
    }

    private get file(): string {
        return join(ROOT, `Pulumi.${this.name}.yaml`);
    }

    private args(args: readonly string[]): string[] {
        const stack = args.includes("init") ? [] : ["--stack", this.name];
        return [...args, ...stack, "--non-interactive", "--color", "never"];
    }

    private start(args: readonly string[]) {
        const run = execa("pulumi", this.args(args), {
            cwd: ROOT,
            env: this.environment,
            all: true,
            reject: false,
        });
        void run.then(({ all, stderr }) => {
            const text = args.includes(IN_THE_CLEAR) ? stderr : all;
            this.runs.push({ command: `pulumi ${args.join(" ")}`, text });
        });
        return run;
    }

    private async pulumi(args: readonly string[]): Promise<string> {
        const result = await this.start(args);
        if (result.exitCode !== 0) {
            throw new Error(`pulumi ${args.join(" ")} failed:\n${result.all.slice(-6000)}`);
        }
        return result.stdout;
    }
}
