import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isGoSource, moduleFolder } from "./goModule";
import { applyPatches, type GoPatch } from "./goPatch";
import { hashFolder } from "./hash";
import { repository } from "./paths";
import type { Making, Part } from "./part";
import { run } from "./process";

/** Files of a Go module that a program embeds. */
export interface Embeds {
    readonly module: string;
    readonly folder: string;
    /** Stamped into the schema, which is released without one. */
    readonly version: string;
}

/** A program to build from a Go module. */
export interface GoProgram {
    readonly name: string;
    /** The folder of `go.mod` and `go.sum` under `lab/modules`; or `folder`, under `lab`. */
    readonly module?: string;
    /** A module with sources of its own, under `lab`. */
    readonly folder?: string;
    readonly package: string;
    /** What the linker sets (`-X`). */
    readonly variables?: Readonly<Record<string, string>>;
    readonly tags?: readonly string[];
    readonly embeds?: Embeds;
    /** Fixes to the modules that it is built from. */
    readonly patches?: readonly GoPatch[];
    /** The size, about, of the program and of copies of the modules that are patched. */
    readonly megabytes: number;
}

/** No paths and no version control state: only the sources decide what comes out. */
const buildFlags = ["-mod=readonly", "-trimpath", "-buildvcs=false"];

/** The arguments of `go` that build a program. */
export function buildArguments(program: GoProgram, output: string): string[] {
    const variables = Object.entries(program.variables ?? {}).map(([k, v]) => `-X ${k}=${v}`);
    const tags = program.tags === undefined ? [] : [`-tags=${program.tags.join(",")}`];
    const linker = ["-s", "-w", ...variables].join(" ");
    return ["build", ...buildFlags, ...tags, "-ldflags", linker, "-o", output, program.package];
}

/** The folder, below `lab`, that a program's `go.mod` is in. */
export function sourceFolder(program: GoProgram): string {
    if (program.folder !== undefined) return program.folder;
    if (program.module === undefined) throw new Error(`${program.name} has no Go module`);
    return `modules/${program.module}`;
}

/** The part that builds a Go program. */
export async function goProgram(program: GoProgram): Promise<Part> {
    const folder = sourceFolder(program);
    const { megabytes, ...recipe } = program;
    return {
        name: program.name,
        recipe: {
            ...recipe,
            arguments: buildArguments(program, program.name),
            processor: process.arch,
            sources: await hashFolder(join(repository, "lab", folder), isGoSource),
        },
        needs: [],
        megabytes,
        commands: [],
        goModule: folder,
        make: (making) => build(program, join(repository, "lab", folder), making),
    };
}

async function build(program: GoProgram, sources: string, making: Making): Promise<void> {
    const { out, scratch, log, workshop } = making;
    const module = join(scratch, "module");
    await cp(sources, module, { recursive: true });
    const go = await workshop.go();
    if (program.embeds !== undefined) await embed(program.embeds, module, making);
    if (program.patches !== undefined) await applyPatches(module, program.patches, making);
    await mkdir(out, { recursive: true });
    const output = join(out, program.name);
    await run(go.command, buildArguments(program, output), { cwd: module, env: go.env, log });
}

/** Puts the schema of a Pulumi provider, with its version, beside the program that embeds it. */
async function embed(embeds: Embeds, module: string, making: Making): Promise<void> {
    const from = join(await moduleFolder(module, embeds.module, making), embeds.folder);
    const schema = JSON.parse(await readFile(join(from, "schema.json"), "utf8")) as object;
    const stamped = JSON.stringify({ ...schema, version: embeds.version });
    await writeFile(join(module, "schema-embed.json"), stamped);
    const mapping = await readFile(join(from, "terraform-mapping.json"));
    await writeFile(join(module, "terraform-mapping.json"), mapping);
}
