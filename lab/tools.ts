import { link, readFile } from "node:fs/promises";
import { join } from "node:path";
import { folderOf, type Making, type Part } from "./part";
import { repository, type LabPaths } from "./paths";
import type { ProgramName } from "./recipes/programs";
import { versions } from "./recipes/versions";

/** A resource plugin for the Pulumi engine. */
export interface PluginEntry {
    readonly name: string;
    /** The version that the npm package asks for: the engine looks for no other. */
    readonly version: string;
    readonly path: string;
    /** Whether it is the lab's own replacement rather than the real plugin. */
    readonly standIn: boolean;
    readonly note: string;
}

/** What `tools.json` says: where the tools are that the lab built. */
export interface Tools {
    readonly schema: 1;
    /** A folder for the PATH. */
    readonly bin: string;
    readonly plugins: readonly PluginEntry[];
}

type Programs = Readonly<Record<ProgramName, Part>>;

/** The programs that people and Pulumi find on the PATH. */
const onPath = ["kind", "kubectl", "istioctl", "promtool", "pulumi", "pulumiNodeHost"] as const;

const plugins = [
    {
        name: "kubernetes",
        program: "kubernetesProvider",
        standIn: false,
        note: `${versions.kubernetesProvider} built from source, the newest that is a Go module`,
    },
    { name: "command", program: "commandStandIn", standIn: true },
    { name: "tls", program: "tlsStandIn", standIn: true },
    { name: "docker", program: "dockerStandIn", standIn: true },
] as const;

const standInNote = "stand-in built by the lab: only what this program uses";

/** The part that gathers the commands in one folder. */
export function binPart(programs: Programs): Part {
    const needs = onPath.map((name) => programs[name]);
    return {
        name: "bin",
        recipe: {},
        needs,
        megabytes: 0,
        commands: [],
        // Hard links: pulumi looks for its language hosts beside where its own link leads to.
        make: async ({ out, workshop }: Making) => {
            for (const program of needs) {
                const file = join(folderOf(program, workshop.paths), program.name);
                await link(file, join(out, program.name));
            }
        },
    };
}

/** The exact versions of the Pulumi packages that the program uses, by plugin name. */
export function pluginVersions(packageJson: string): Record<string, string> {
    const { dependencies } = JSON.parse(packageJson) as { dependencies: Record<string, string> };
    return Object.fromEntries(
        plugins.map(({ name }) => {
            const version = dependencies[`@pulumi/${name}`];
            if (version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) {
                throw new Error(
                    `package.json asks for @pulumi/${name} "${version ?? "(nothing)"}", and the ` +
                        "engine wants the plugin of exactly one version. Pin it, as 1.2.3",
                );
            }
            return [name, version];
        }),
    );
}

/** What `tools.json` has to say. */
export async function describeTools(
    programs: Programs,
    bin: Part,
    paths: LabPaths,
): Promise<Tools> {
    const wanted = pluginVersions(await readFile(join(repository, "package.json"), "utf8"));
    return {
        schema: 1,
        bin: folderOf(bin, paths),
        plugins: plugins.map((plugin) => ({
            name: plugin.name,
            version: wanted[plugin.name] ?? "",
            path: join(folderOf(programs[plugin.program], paths), programs[plugin.program].name),
            standIn: plugin.standIn,
            note: "note" in plugin ? plugin.note : standInNote,
        })),
    };
}
