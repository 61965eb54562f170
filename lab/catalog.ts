import { envoyPart } from "./envoy";
import { moduleFiles } from "./goModule";
import { nodeImage } from "./nodeImage";
import type { Part } from "./part";
import {
    envoyBootstrap,
    istioCharts,
    kindFiles,
    metallbChart,
    prometheusOperatorCrds,
} from "./recipes/files";
import { images } from "./recipes/images";
import { programParts, type ProgramName } from "./recipes/programs";
import { netRoot, nodeRoot } from "./recipes/roots";
import { versions } from "./recipes/versions";
import { rootfs } from "./rootfs";
import { binPart } from "./tools";

/** Every part of the lab, by what it is for. */
export interface Catalog {
    readonly programs: Readonly<Record<ProgramName, Part>>;
    readonly bin: Part;
    readonly nodeImage: Part;
    readonly istioCharts: Part;
    readonly metallbChart: Part;
    readonly prometheusOperatorCrds: Part;
    /** All of them together with what they need: what a build has to give. */
    readonly wanted: readonly Part[];
}

/** Reads the recipes. */
export async function readCatalog(): Promise<Catalog> {
    const programs = await programParts();
    const roots = { root: rootfs(nodeRoot), netRoot: rootfs(netRoot) };
    const node = await nodeImage({
        kubernetes: versions.kubernetes,
        images,
        programs,
        ...roots,
        kindFiles: await moduleFiles(kindFiles),
        envoy: envoyPart,
        bootstrap: await moduleFiles(envoyBootstrap),
    });
    const charts = {
        istioCharts: await moduleFiles(istioCharts),
        metallbChart: await moduleFiles(metallbChart),
        prometheusOperatorCrds: await moduleFiles(prometheusOperatorCrds),
    };
    const bin = binPart(programs);
    // The roots first: they wait for the network while Go programs take the processors.
    const first = [...Object.values(roots), envoyPart, ...Object.values(charts)];
    const wanted = [...first, ...Object.values(programs), bin, node];
    return { programs, bin, nodeImage: node, ...charts, wanted };
}
