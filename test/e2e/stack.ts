// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";

const ROOT = resolve(__dirname, "../..");

/** A stack of the real program on a backend of its own, run by the real pulumi. */
export class Stack {
    private constructor(
        readonly name: string,
        private readonly folder: string,
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
        await stack.pulumi(["stack", "init", name]);
        return stack;
    }

    /** Replaces the stack's config, keeping the salt of its secrets. */
    async configure(config: Readonly<Record<string, unknown>>): Promise<void> {
        const entries = Object.entries(config).map(([key, value]) => [`istio-fleet:${key}`, value]);
        const content = { config: Object.fromEntries(entries) as unknown };
        // JSON is YAML.
        await writeFile(this.file, JSON.stringify(content, undefined, 2));
    }

    async up(): Promise<string> {
        return await this.pulumi(["up", "--yes", "--skip-preview"]);
    }

    /** Starts an `up` that the test is going to kill. */
    startUp() {
        return execa("pulumi", this.args(["up", "--yes", "--skip-preview"]), {
            cwd: ROOT,
            env: this.environment,
            all: true,
            reject: false,
        });
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

    /** All outputs, secrets in the clear. */
    async outputs(): Promise<unknown> {
        return JSON.parse(await this.pulumi(["stack", "output", "--json", "--show-secrets"]));
    }

    /** The state as it is stored. */
    async exported(): Promise<string> {
        return await this.pulumi(["stack", "export"]);
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

    private async pulumi(args: readonly string[]): Promise<string> {
        const result = await execa("pulumi", this.args(args), {
            cwd: ROOT,
            env: this.environment,
            all: true,
            reject: false,
        });
        if (result.exitCode !== 0) {
            throw new Error(`pulumi ${args.join(" ")} failed:\n${result.all.slice(-6000)}`);
        }
        return result.stdout;
    }
}
