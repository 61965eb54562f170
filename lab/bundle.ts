import { join, relative } from "node:path";
import { nodeImageTag } from "./nodeImage";
import { folderOf, type Part } from "./part";
import type { LabPaths } from "./paths";
import { metricsImages, probeImage } from "./recipes/images";
import { envoyWheel, versions } from "./recipes/versions";
import { envoyFilterSpec, metricRelabelings } from "./telemetry";

/** The parts that a bundle points at. */
export interface BundleParts {
    readonly nodeImage: Part;
    readonly istioCharts: Part;
    readonly metallbChart: Part;
    readonly prometheusOperatorCrds: Part;
}

/**
 * istiod must not send what only Istio's own Envoy knows, or the stock one rejects it: its filter
 * for ALPN, its exchange of metadata, its statistics.
 */
const stockEnvoy = {
    env: { PILOT_ENABLE_METADATA_EXCHANGE: "false", PILOT_ENABLE_ALPN_FILTER: "false" },
    telemetry: { enabled: false },
};

/** What `bundle.json` has to say: what to use instead of the network's images and charts. */
export function describeBundle(parts: BundleParts, paths: LabPaths): object {
    const chart = (part: Part, name: string) =>
        relative(paths.root, join(folderOf(part, paths), name));
    return {
        schema: 1,
        versions: {
            kubernetes: versions.kubernetes,
            istio: versions.istio,
            metallb: versions.metallb,
            envoy: envoyWheel.version,
            prometheusOperator: versions.prometheusOperator,
            prometheus: versions.prometheus,
            thanos: versions.thanos,
        },
        kind: {
            nodeImage: nodeImageTag(parts.nodeImage),
            // The node image brings a CNI configuration of its own; there is no kindnet.
            disableDefaultCNI: true,
            // The kubelet passes over settings that it may not change, as in some sandboxes.
            featureGates: { KubeletInUserNamespace: true },
            kubeadmConfigPatches: [],
            containerdConfigPatches: [],
        },
        charts: {
            base: chart(parts.istioCharts, "base"),
            istiod: chart(parts.istioCharts, "istiod"),
            gateway: chart(parts.istioCharts, "gateway"),
            metallb: chart(parts.metallbChart, "metallb"),
            prometheusOperatorCrds: chart(parts.prometheusOperatorCrds, "prometheus-operator-crds"),
        },
        // istiod is built with the fix that it needs for that: see `recipes/patches.ts`.
        istio: { hub: "docker.io/istio", tag: versions.istio, readsRemoteSecrets: false },
        values: {
            istiod: { ...stockEnvoy, global: { imagePullPolicy: "IfNotPresent" } },
            // "image: auto" would make Kubernetes want to pull before the injector sees it.
            gateway: { imagePullPolicy: "IfNotPresent" },
            metallb: {},
        },
        images: { probe: probeImage, ...metricsImages },
        telemetry: { envoyFilterSpec, metricRelabelings },
    };
}
