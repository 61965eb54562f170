import {
    appendFile,
    chmod,
    copyFile,
    cp,
    link,
    mkdir,
    readFile,
    writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { docker, hasImage, removeContainer, removeTag, temporaryLabel } from "./docker";
import { hashFolder } from "./hash";
import { OciLayout, type Image } from "./oci";
import { folderOf, keyOf, type Making, type Part } from "./part";
import { repository } from "./paths";
import { runPiped, type Command } from "./process";
import type { ImageRecipe, ImageSource } from "./recipes/images";
import type { ProgramName } from "./recipes/programs";

/** What a node image is made of. */
export interface NodeImageParts {
    readonly kubernetes: string;
    readonly images: readonly ImageRecipe[];
    readonly programs: Readonly<Record<ProgramName, Part>>;
    readonly root: Part;
    readonly netRoot: Part;
    readonly kindFiles: Part;
    readonly envoy: Part;
    readonly bootstrap: Part;
}

/** To be raised when this code, or that of OCI layouts, bakes the same things into another image. */
const revision = 1;
const repositoryName = "istio-fleet/node";
const nodeFolder = join(repository, "lab", "node");
/** How a node starts: kind's entrypoint, and then systemd. */
const entrypoint = 'ENTRYPOINT ["/usr/local/bin/entrypoint","/sbin/init"]';

/** The tag of the node image: a hash of everything baked in. */
export function nodeImageTag(part: Part): string {
    return `${repositoryName}:${keyOf(part)}`;
}

/** The repository of all node images of the lab, whatever their tag. */
export { repositoryName as nodeImageRepository };

/** The part that bakes the node image; it lives in the docker engine. */
export async function nodeImage(parts: NodeImageParts): Promise<Part> {
    const { programs, images, kubernetes } = parts;
    const used = new Set<ProgramName>(["kubeadm", "kubelet", "kubectl"]);
    for (const { sources } of images) {
        for (const { program } of sources) if (program !== undefined) used.add(program);
    }
    const part: Part = {
        name: "node-image",
        recipe: { revision, kubernetes, images, files: await hashFolder(nodeFolder) },
        needs: [
            ...[...used].map((name) => programs[name]),
            parts.root,
            parts.netRoot,
            parts.kindFiles,
            parts.envoy,
            parts.bootstrap,
        ],
        megabytes: 8500,
        commands: ["tar"],
        present: () => hasImage(nodeImageTag(part)),
        make: (making) => bake(parts, nodeImageTag(part), making),
    };
    return part;
}

async function bake(parts: NodeImageParts, tag: string, making: Making): Promise<void> {
    await making.workshop.engine();
    const raw = `${tag}-raw`;
    const container = tag.replace(/[/:]/g, "-");
    const { log } = making;
    try {
        await importRoot(parts.root, raw, making);
        await docker(createArguments(container, raw), { log });
        const over = { command: "tar", args: ["-C", await stageNode(parts, making), "-c", "."] };
        await runPiped(over, { command: "docker", args: ["cp", "-", `${container}:/`] }, { log });
        const start = ["start", "--attach", "--interactive", container];
        await runPiped(
            await tarOfImages(parts, making),
            { command: "docker", args: start },
            { log },
        );
        const unlabelled = `LABEL ${temporaryLabel}=false`;
        const changes = ["--change", entrypoint, "--change", unlabelled];
        await docker(["commit", ...changes, container, tag], { log });
    } finally {
        await removeContainer(container);
        await removeTag(raw);
    }
    await writeFile(join(making.out, "image"), `${tag}\n`);
}

/** A container of the raw node that runs `prepare.sh`, once that is there. */
function createArguments(container: string, raw: string): string[] {
    const flags = ["--interactive", "--name", container, "--label", `${temporaryLabel}=true`];
    // Kept by the commit: without systemd's own stop signal a node does not stop cleanly.
    const kept = ["--stop-signal", "SIGRTMIN+3", "--env", "container=docker"];
    // Unpacking images takes mounts, and overlay mounts a file system that is not one itself. (A
    // volume given by --mount, unlike one by --volume, does not stay in the committed image.)
    const unpack = ["--privileged", "--mount", "type=volume,dst=/build"];
    return ["create", ...flags, ...kept, ...unpack, "--entrypoint", "/kind/prepare.sh", raw];
}

async function importRoot(root: Part, raw: string, { log, workshop }: Making): Promise<void> {
    const folder = join(folderOf(root, workshop.paths), "root");
    const tar = { command: "tar", args: ["--numeric-owner", "-C", folder, "-c", "."] };
    await runPiped(tar, { command: "docker", args: ["import", "-", raw] }, { log });
}

/** Everything that is laid over the Debian root: kind's files, Kubernetes, and the lab's own. */
async function stageNode(parts: NodeImageParts, making: Making): Promise<string> {
    const { paths } = making.workshop;
    const over = join(making.scratch, "node");
    await cp(folderOf(parts.kindFiles, paths), over, {
        recursive: true,
        filter: (source) => basename(source) !== "README.txt",
    });
    const scripts = ["usr/local/bin/entrypoint", "usr/local/bin/clean-install"];
    const hooks = ["create-kubelet-cgroup-v2.sh", "mount-product-files.sh", "undo-mount-hacks.sh"];
    for (const script of [...scripts, ...hooks.map((hook) => `kind/bin/${hook}`)]) {
        await chmod(join(over, script), 0o755);
    }
    await mkdir(join(over, "usr/bin"), { recursive: true });
    for (const name of ["kubeadm", "kubelet", "kubectl"] as const) {
        await link(programFile(parts.programs[name], making), join(over, "usr/bin", name));
    }
    await configure(over, parts.kubernetes);
    return over;
}

async function configure(over: string, kubernetes: string): Promise<void> {
    await mkdir(join(over, "kind/manifests"), { recursive: true });
    for (const name of ["default-cni.yaml", "default-storage.yaml"]) {
        await copyFile(join(nodeFolder, name), join(over, "kind/manifests", name));
    }
    await copyFile(join(nodeFolder, "prepare.sh"), join(over, "kind/prepare.sh"));
    await writeFile(join(over, "kind/version"), kubernetes);
    const containerd = join(over, "etc/containerd");
    await copyFile(join(nodeFolder, "cni.template"), join(containerd, "cni.template"));
    const config = join(containerd, "config.toml");
    await writeFile(config, restrictOomScore(await readFile(config, "utf8")));
    await appendFile(config, await readFile(join(nodeFolder, "containerd.toml"), "utf8"));
}

/**
 * Lets containerd give up on scores that the kernel would refuse: without CAP_SYS_RESOURCE nobody
 * may lower one. Where the capability is there it changes nothing that matters in a test cluster.
 */
export function restrictOomScore(config: string): string {
    const before = "restrict_oom_score_adj = false";
    if (!config.includes(before)) {
        throw new Error(`kind's containerd config no longer says "${before}": adapt the lab to it`);
    }
    return config.replace(before, "restrict_oom_score_adj = true");
}

async function tarOfImages(parts: NodeImageParts, making: Making): Promise<Command> {
    const folder = join(making.scratch, "images");
    const work = join(making.scratch, "layers");
    await mkdir(folder);
    await mkdir(work);
    const layout = new OciLayout(folder, work);
    for (const recipe of parts.images) await layout.add(resolve(recipe, parts, making));
    await layout.finish();
    return { command: "tar", args: ["-C", folder, "-c", "."] };
}

function resolve(recipe: ImageRecipe, parts: NodeImageParts, making: Making): Image {
    const { reference, base, account, sources, folders, config } = recipe;
    const root = join(folderOf(parts.netRoot, making.workshop.paths), "root");
    return {
        reference,
        ...(base === "net" ? { root } : {}),
        ...(account === undefined ? {} : { account }),
        files: sources.map((source) => ({ from: fileOf(source, parts, making), to: source.to })),
        folders: folders ?? [],
        config,
    };
}

function programFile(part: Part, { workshop }: Making): string {
    return join(folderOf(part, workshop.paths), part.name);
}

function fileOf(source: ImageSource, parts: NodeImageParts, making: Making): string {
    const { paths } = making.workshop;
    if (source.program !== undefined) return programFile(parts.programs[source.program], making);
    if (source.other === "envoy") return join(folderOf(parts.envoy, paths), "envoy");
    return join(folderOf(parts.bootstrap, paths), "envoy_bootstrap.json");
}
