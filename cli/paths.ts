// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The project's folder: where Pulumi.yaml is. */
export const ROOT = resolve(__dirname, "..");

/** The Pulumi project's name, which is also the config's namespace. */
export const PROJECT = "istio-fleet";

/** Where the commands keep what they make. Nothing else on the machine is written to. */
export interface Paths {
    /** `$ISTIO_FLEET_CACHE`, else `~/.cache/istio-fleet`. */
    readonly cache: string;
    /** Official releases that were downloaded, a folder each. */
    readonly tools: string;
    /** What the lab says it has built. */
    readonly labTools: string;
    readonly labBundle: string;
    /** Record of the docker engine that the lab started. */
    readonly labEngine: string;
    /** PULUMI_HOME: plugins. */
    readonly pulumiHome: string;
    /** The local backend. */
    readonly state: string;
    /** File with the passphrase of the stacks' secrets. */
    readonly passphrase: string;
    /** Which tools the last `npm start` took. */
    readonly choice: string;
}

/** The places under the cache folder that an environment asks for. */
export function pathsOf(env: NodeJS.ProcessEnv = process.env): Paths {
    const chosen = env.ISTIO_FLEET_CACHE;
    const cache = chosen ? resolve(chosen) : join(homedir(), ".cache", "istio-fleet");
    return {
        cache,
        tools: join(cache, "tools"),
        labTools: join(cache, "lab", "tools.json"),
        labBundle: join(cache, "lab", "bundle.json"),
        labEngine: join(cache, "lab", "engine", "engine.json"),
        pulumiHome: join(cache, "pulumi"),
        state: join(cache, "state"),
        passphrase: join(cache, "passphrase"),
        choice: join(cache, "choice.json"),
    };
}

/** The file of a stack's config. */
export function stackFile(stack: string): string {
    return join(ROOT, `Pulumi.${stack}.yaml`);
}

/** Whether the local backend knows a stack. */
export function hasStack({ state }: Paths, stack: string): boolean {
    return existsSync(join(state, ".pulumi", "stacks", PROJECT, `${stack}.json`));
}
