// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { type ChartSource, type Charts, versions } from "./versions";

/**
 * A bundle replaces what would come from the network: the node image (which carries every other
 * image), the charts, and the values that its images need. `bundle.json` describes one; the lab
 * writes them, and so can anyone who has to install without a registry.
 */
const values = z.record(z.string(), z.unknown());
const bundleFile = z.strictObject({
    schema: z.literal(1),
    versions: z.record(z.string(), z.string()),
    kind: z.strictObject({
        nodeImage: z.string(),
        disableDefaultCNI: z.boolean().default(false),
        featureGates: z.record(z.string(), z.boolean()).default({}),
        kubeadmConfigPatches: z.array(z.string()).default([]),
        containerdConfigPatches: z.array(z.string()).default([]),
    }),
    charts: z.strictObject({
        base: z.string(),
        istiod: z.string(),
        gateway: z.string(),
        metallb: z.string(),
    }),
    istio: z.strictObject({ hub: z.string(), tag: z.string() }),
    values: z.strictObject({
        base: values.default({}),
        istiod: values.default({}),
        gateway: values.default({}),
        metallb: values.default({}),
    }),
    images: z.strictObject({ probe: z.string() }),
});

/** Helm values of one chart. */
export type HelmValues = Readonly<Record<string, unknown>>;

/** The charts by name, with the values that a bundle or a stack adds to each. */
export type ChartValues = Readonly<Record<keyof Charts, HelmValues>>;

/** What a kind node is made of. */
export interface NodeSource {
    readonly nodeImage: string;
    /** True where the node image brings a network of its own. */
    readonly disableDefaultCNI: boolean;
    readonly featureGates: Readonly<Record<string, boolean>>;
    readonly kubeadmConfigPatches: readonly string[];
    readonly containerdConfigPatches: readonly string[];
}

/** Where everything that runs in a cluster comes from. */
export interface Sources {
    readonly node: NodeSource;
    readonly charts: Charts;
    readonly istio: { readonly hub: string; readonly tag: string };
    readonly values: ChartValues;
    readonly probeImage: string;
}

/** The upstream sources of versions.ts. */
export const upstream: Sources = {
    node: {
        nodeImage: versions.nodeImage,
        disableDefaultCNI: false,
        featureGates: {},
        kubeadmConfigPatches: [],
        containerdConfigPatches: [],
    },
    charts: versions.charts,
    istio: versions.istioImages,
    values: { base: {}, istiod: {}, gateway: {}, metallb: {} },
    probeImage: versions.probeImage,
};

/**
 * The sources of a bundle; the upstream ones without a path.
 *
 * @param path of the bundle.json; its own paths are relative to its folder.
 * @throws Error that names the file and each property that is wrong.
 */
export function readSources(path: string | undefined): Sources {
    return path === undefined ? upstream : parseBundle(readBundle(path), dirname(resolve(path)));
}

function readBundle(path: string): unknown {
    try {
        return JSON.parse(readFileSync(path, "utf8")) as unknown;
    } catch (error) {
        throw new Error(
            `bundle: "${path}" must be a readable JSON file: ${String(error)}. ` +
                "Make it with `npm run lab -- build`, or remove the bundle from the config.",
            { cause: error },
        );
    }
}

/** The sources that the content of a bundle.json in a folder gives. */
export function parseBundle(content: unknown, folder: string): Sources {
    const result = bundleFile.safeParse(content);
    if (!result.success) {
        throw new Error(`bundle: not a bundle of schema 1:\n${z.prettifyError(result.error)}`);
    }
    const bundle = result.data;
    const chart = (path: string): ChartSource => ({ chart: resolve(folder, path) });
    return {
        node: bundle.kind,
        charts: {
            base: chart(bundle.charts.base),
            istiod: chart(bundle.charts.istiod),
            gateway: chart(bundle.charts.gateway),
            metallb: chart(bundle.charts.metallb),
        },
        istio: bundle.istio,
        values: bundle.values,
        probeImage: bundle.images.probe,
    };
}
