import { chmod, chown, link, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashFile } from "./hash";
import { run } from "./process";
import { removeTree } from "./removeTree";

/** A file to put into an image. */
export interface ImageFile {
    readonly from: string;
    readonly to: string;
}

/** A folder to make in an image. */
export interface ImageFolder {
    readonly path: string;
    readonly mode: number;
    readonly uid: number;
}

/** An account to add to an image's root file system. */
export interface Account {
    readonly name: string;
    readonly id: number;
    readonly home: string;
}

/** A container image: perhaps a root file system, and some files on it. */
export interface Image {
    readonly reference: string;
    /** The folder of a root file system; images that share one share its layer. */
    readonly root?: string;
    readonly account?: Account;
    readonly files: readonly ImageFile[];
    readonly folders: readonly ImageFolder[];
    readonly config: ImageConfig;
}

/** How an image's container starts. */
export interface ImageConfig {
    readonly entrypoint: readonly string[];
    readonly command?: readonly string[];
    readonly user?: string;
    readonly workingDirectory?: string;
}

interface Blob {
    readonly digest: string;
    readonly size: number;
}

const types = {
    index: "application/vnd.oci.image.index.v1+json",
    manifest: "application/vnd.oci.image.manifest.v1+json",
    config: "application/vnd.oci.image.config.v1+json",
    layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** No times and no names of the building machine's users: equal content gives equal layers. */
const tarFlags = ["--sort=name", "--mtime=@0", "--numeric-owner", "--format=gnu"];

const searchPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The name of a processor in container images. */
export function imageProcessor(arch: string): string {
    return arch === "x64" ? "amd64" : arch;
}

/** An image's config, as OCI has it. */
export function ociConfig(image: Image, layers: readonly Blob[], arch: string): object {
    const { entrypoint, command, user, workingDirectory } = image.config;
    return {
        architecture: imageProcessor(arch),
        os: "linux",
        config: {
            Env: [searchPath],
            Entrypoint: entrypoint,
            ...(command === undefined ? {} : { Cmd: command }),
            ...(user === undefined ? {} : { User: user }),
            ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
        },
        rootfs: { type: "layers", diff_ids: layers.map((layer) => layer.digest) },
    };
}

/** `/etc/passwd` or `/etc/group` with one more line. */
export function withLine(text: string, line: string): string {
    return `${text.replace(/\n*$/, "\n")}${line}\n`;
}

/** Writes images as one OCI layout, a folder that `ctr images import` takes as a tar. */
export class OciLayout {
    readonly #folder: string;
    readonly #scratch: string;
    readonly #roots = new Map<string, Blob>();
    readonly #manifests: object[] = [];

    public constructor(folder: string, scratch: string) {
        this.#folder = folder;
        this.#scratch = scratch;
    }

    /** Adds an image. */
    public async add(image: Image): Promise<void> {
        const layers = [await this.#filesLayer(image)];
        if (image.root !== undefined) layers.unshift(await this.#rootLayer(image.root));
        const config = await this.#writeJson(ociConfig(image, layers, process.arch));
        const manifest = await this.#writeJson({
            schemaVersion: 2,
            mediaType: types.manifest,
            config: { mediaType: types.config, ...config },
            layers: layers.map((layer) => ({ mediaType: types.layer, ...layer })),
        });
        this.#manifests.push({
            mediaType: types.manifest,
            ...manifest,
            annotations: { "io.containerd.image.name": image.reference },
        });
    }

    /** Writes what names the images; nothing may be added after it. */
    public async finish(): Promise<void> {
        const index = { schemaVersion: 2, mediaType: types.index, manifests: this.#manifests };
        await writeFile(join(this.#folder, "index.json"), JSON.stringify(index));
        await writeFile(join(this.#folder, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
    }

    async #rootLayer(root: string): Promise<Blob> {
        const known = this.#roots.get(root);
        if (known !== undefined) return known;
        const layer = await this.#tarLayer(root);
        this.#roots.set(root, layer);
        return layer;
    }

    async #filesLayer(image: Image): Promise<Blob> {
        const stage = join(this.#scratch, "layer");
        await mkdir(stage, { recursive: true });
        try {
            await stageFiles(image, stage);
            return await this.#tarLayer(stage);
        } finally {
            await removeTree(stage);
        }
    }

    async #tarLayer(folder: string): Promise<Blob> {
        const file = join(this.#scratch, "layer.tar");
        await run("tar", [...tarFlags, "-C", folder, "-cf", file, "."]);
        return this.#adopt(file);
    }

    async #writeJson(value: object): Promise<Blob> {
        const file = join(this.#scratch, "blob.json");
        await writeFile(file, JSON.stringify(value));
        return this.#adopt(file);
    }

    async #adopt(file: string): Promise<Blob> {
        const hex = await hashFile(file);
        const place = join(this.#folder, "blobs", "sha256", hex);
        await mkdir(dirname(place), { recursive: true });
        const { size } = await stat(file);
        await rename(file, place);
        return { digest: `sha256:${hex}`, size };
    }
}

async function stageFiles(image: Image, stage: string): Promise<void> {
    for (const { path, mode, uid } of image.folders) {
        const folder = join(stage, path);
        await mkdir(folder, { recursive: true });
        await chmod(folder, mode);
        await chown(folder, uid, uid);
    }
    for (const { from, to } of image.files) {
        const place = join(stage, to);
        await mkdir(dirname(place), { recursive: true });
        await link(from, place);
    }
    if (image.account !== undefined) await stageAccount(image.account, image.root, stage);
}

async function stageAccount(
    { name, id, home }: Account,
    root: string | undefined,
    stage: string,
): Promise<void> {
    if (root === undefined) throw new Error(`account ${name} needs a root file system`);
    const lines = {
        "etc/passwd": `${name}:x:${String(id)}:${String(id)}::${home}:/bin/sh`,
        "etc/group": `${name}:x:${String(id)}:`,
    };
    await mkdir(join(stage, "etc"), { recursive: true });
    for (const [file, line] of Object.entries(lines)) {
        const text = await readFile(join(root, file), "utf8");
        await writeFile(join(stage, file), withLine(text, line));
    }
}
