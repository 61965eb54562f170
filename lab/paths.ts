import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of this repository. */
export const repository = join(__dirname, "..");

/** Where the lab keeps things. */
export interface LabPaths {
    /** Everything of the lab lives under it. */
    readonly root: string;
    /** One folder for each made part, `<name>-<key>`. */
    readonly out: string;
    /** Half-made things; emptied whenever a run begins. */
    readonly tmp: string;
    /** What the commands printed, one file a part. */
    readonly logs: string;
    readonly lock: string;
    readonly toolsJson: string;
    readonly bundleJson: string;
    /** The engine's own data: images, containers, volumes. */
    readonly docker: string;
    /** The engine's log and the record of who it is. */
    readonly engine: string;
}

/** The cache folder of the whole project: `$ISTIO_FLEET_CACHE`, else `~/.cache/istio-fleet`. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
    const chosen = env.ISTIO_FLEET_CACHE;
    return chosen !== undefined && chosen !== ""
        ? chosen
        : join(homedir(), ".cache", "istio-fleet");
}

/** The lab's places under a cache folder. */
export function labPaths(cache: string = cacheFolder()): LabPaths {
    const root = join(cache, "lab");
    return {
        root,
        out: join(root, "out"),
        tmp: join(root, "tmp"),
        logs: join(root, "logs"),
        lock: join(root, "lock"),
        toolsJson: join(root, "tools.json"),
        bundleJson: join(root, "bundle.json"),
        docker: join(root, "docker"),
        engine: join(root, "engine"),
    };
}
