import { systemPath, which } from "./debian";
import { run, type RunOptions } from "./process";

/** Marks containers that live only while the lab works. */
export const temporaryLabel = "istio-fleet.lab.temporary";

/** What the names of such containers begin with. */
export const temporaryName = "istio-fleet-node-";

/** Runs the docker client. */
export function docker(args: readonly string[], options: RunOptions = {}): Promise<string> {
    return run("docker", args, { ...options, env: { PATH: systemPath(), ...options.env } });
}

/** The version of the engine that answers, if any does. */
export async function engineVersion(): Promise<string | undefined> {
    if ((await which("docker")) === undefined) return undefined;
    return docker(["version", "--format", "{{.Server.Version}}"]).then(
        (text) => text.trim() || undefined,
        () => undefined,
    );
}

/** Whether the engine has an image. */
export function hasImage(reference: string): Promise<boolean> {
    return docker(["image", "inspect", "--format", "{{.Id}}", reference]).then(
        () => true,
        () => false,
    );
}

/** Removes a container and its volumes, if it is there. */
export async function removeContainer(name: string): Promise<void> {
    const args = ["rm", "--force", "--volumes", name];
    await docker(args, { unstoppable: true }).catch(() => undefined);
}

/** Takes a tag away from an image, if it is there. */
export async function removeTag(reference: string): Promise<void> {
    await docker(["image", "rm", reference], { unstoppable: true }).catch(() => undefined);
}

/** Removes the containers that an interrupted run of the lab left behind. */
export async function removeTemporaryContainers(): Promise<void> {
    // By name as well: an image committed from such a container hands its label on to its nodes.
    const mine = ["--filter", `label=${temporaryLabel}=true`, "--filter", `name=^${temporaryName}`];
    const ids = await docker(["ps", "--all", "--quiet", ...mine]);
    const list = ids.split("\n").filter((id) => id !== "");
    if (list.length > 0) await docker(["rm", "--force", "--volumes", ...list]);
}
