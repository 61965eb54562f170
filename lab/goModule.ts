import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashFolder } from "./hash";
import { repository } from "./paths";
import type { Making, Part } from "./part";
import { run } from "./process";

/** Files to take as they are out of a Go module. */
export interface ModuleFiles {
    readonly name: string;
    /** The folder under `lab/modules` whose `go.mod` says the version. */
    readonly module: string;
    /** The Go module that holds the files. */
    readonly path: string;
    /** From where in that module to where in the part. */
    readonly files: Readonly<Record<string, string>>;
    /** Files of the lab's own beside them: path in the part, and content. */
    readonly added?: Readonly<Record<string, string>>;
    readonly megabytes: number;
}

/** What a Go build reads of a folder: no tests, no notes. */
export function isGoSource(path: string): boolean {
    return !path.endsWith("_test.go") && !path.endsWith(".md") && !path.includes("testdata/");
}

/** The folder of a Go module in Go's cache, downloaded if need be, as `go.mod` in `folder` picks it. */
export async function moduleFolder(
    folder: string,
    path: string,
    { log, workshop }: Pick<Making, "log" | "workshop">,
): Promise<string> {
    const go = await workshop.go();
    const options = { cwd: folder, env: go.env, log };
    await run(go.command, ["mod", "download", path], options);
    const list = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", path];
    const found = (await run(go.command, list, options)).trim();
    if (found === "") throw new Error(`go gives no folder for module ${path}`);
    return found;
}

/** The part that holds some files of a Go module. */
export async function moduleFiles(recipe: ModuleFiles): Promise<Part> {
    const folder = `modules/${recipe.module}`;
    const source = join(repository, "lab", folder);
    const { megabytes, ...rest } = recipe;
    return {
        name: recipe.name,
        recipe: { ...rest, sources: await hashFolder(source, isGoSource) },
        needs: [],
        megabytes,
        commands: [],
        make: async (making) => {
            const module = join(making.scratch, "module");
            await cp(source, module, { recursive: true });
            const from = await moduleFolder(module, recipe.path, making);
            await copyFiles(from, making.out, recipe.files, making);
            await addFiles(making.out, recipe.added ?? {});
        },
    };
}

async function copyFiles(
    from: string,
    out: string,
    files: Readonly<Record<string, string>>,
    { log }: Making,
): Promise<void> {
    for (const [source, target] of Object.entries(files)) {
        await cp(join(from, source), join(out, target), { recursive: true });
    }
    // Go keeps its cache read-only; ours must not be, or it could not be removed.
    await run("chmod", ["-R", "u+w", out], { log });
}

async function addFiles(out: string, added: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(added)) {
        await mkdir(dirname(join(out, path)), { recursive: true });
        await writeFile(join(out, path), content);
    }
}
