// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import {
    type ChartSource,
    type Charts,
    type IstioImages,
    type MetricsImages,
    versions,
} from "./versions";

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
        prometheusOperatorCrds: z.string(),
    }),
    istio: z.strictObject({
        hub: z.string(),
        tag: z.string(),
        readsRemoteSecrets: z.boolean().default(true),
    }),
    values: z.strictObject({
        base: values.default({}),
        istiod: values.default({}),
        gateway: values.default({}),
        metallb: values.default({}),
    }),
    images: z.strictObject({
        probe: z.string(),
        prometheusOperator: z.string(),
        prometheusConfigReloader: z.string(),
        prometheus: z.string(),
        thanos: z.string(),
        grafana: z.string().optional(),
    }),
    telemetry: z
        .strictObject({
            envoyFilterSpec: z.record(z.string(), z.unknown()),
            metricRelabelings: z.array(z.record(z.string(), z.unknown())),
        })
        .optional(),
});

/** Helm values of one chart. */
export type HelmValues = Readonly<Record<string, unknown>>;

/** A `relabelConfig` of Prometheus Operator's API. */
export type Relabeling = Readonly<Record<string, unknown>>;

/**
 * What stands in for Istio's own statistics where Envoy does not have them: an EnvoyFilter that makes
 * Envoy count requests, and what makes its labels Istio's.
 */
export interface Telemetry {
    /** `spec` of an EnvoyFilter for the whole mesh. */
    readonly envoyFilterSpec: Readonly<Record<string, unknown>>;
    /** For whatever scrapes proxies, before its own. */
    readonly metricRelabelings: readonly Relabeling[];
}

/** The charts by name that Helm values can be given to, with the values that a bundle or a stack adds to each. */
export type ChartValues = Readonly<
    Record<Exclude<keyof Charts, "prometheusOperatorCrds">, HelmValues>
>;

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
    readonly istio: IstioImages;
    readonly values: ChartValues;
    readonly probeImage: string;
    readonly metricsImages: MetricsImages;
    /** Undefined where Envoy has Istio's statistics. */
    readonly telemetry?: Telemetry;
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
    metricsImages: versions.metricsImages,
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
    const { probe, grafana, ...images } = bundle.images;
    const chart = (path: string): ChartSource => ({ chart: resolve(folder, path) });
    return {
        node: bundle.kind,
        charts: {
            base: chart(bundle.charts.base),
            istiod: chart(bundle.charts.istiod),
            gateway: chart(bundle.charts.gateway),
            metallb: chart(bundle.charts.metallb),
            prometheusOperatorCrds: chart(bundle.charts.prometheusOperatorCrds),
        },
        istio: bundle.istio,
        values: bundle.values,
        probeImage: probe,
        metricsImages: { ...images, ...(grafana === undefined ? {} : { grafana }) },
        ...(bundle.telemetry === undefined ? {} : { telemetry: bundle.telemetry }),
    };
}
