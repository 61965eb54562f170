// SPDX-License-Identifier: Apache-2.0

/**
 * Every version, image and chart source that the fleet uses when no bundle is given. Nothing says
 * "latest". The tools' own releases (kind, pulumi) are in cli/releases.ts, what the lab builds from
 * source is in lab/.
 */

/** Where a Helm chart comes from: a name in a repository, or a folder (then without the others). */
export interface ChartSource {
    /** The chart's name in the repository, or an absolute folder. */
    readonly chart: string;
    /** The chart's version; absent for a folder. */
    readonly version?: string;
    /** URL of the chart repository; absent for a folder. */
    readonly repository?: string;
}

/** The charts by what they install. */
export interface Charts {
    readonly base: ChartSource;
    readonly istiod: ChartSource;
    readonly gateway: ChartSource;
    readonly metallb: ChartSource;
    /** The CRDs of Prometheus Operator, and nothing else. */
    readonly prometheusOperatorCrds: ChartSource;
}

/** Istio's images, and what differs between them. */
export interface IstioImages {
    /** Registry and repository prefix. */
    readonly hub: string;
    readonly tag: string;
    /**
     * Whether its istiod has to list the Secrets of the clusters that it observes. It uses them for
     * `credentialName` of gateways in its remotes alone, and has a switch against it
     * (PILOT_ENABLE_REMOTE_CREDENTIALS_CONTROLLER, https://github.com/istio/istio/pull/59874). In 1.31
     * istiod ends with a nil pointer in CredentialsController.HasSynced when that is false.
     */
    readonly readsRemoteSecrets: boolean;
}

/** The images of the metrics stack. */
export interface MetricsImages {
    readonly prometheusOperator: string;
    readonly prometheusConfigReloader: string;
    readonly prometheus: string;
    readonly thanos: string;
    /** Absent where it cannot be had: then there is no Grafana. */
    readonly grafana?: string;
}

const ISTIO = "1.31.1";
const METALLB = "0.16.1";
const PROMETHEUS_OPERATOR = "v0.85.0";

// The charts moved here in 2026; they are no longer published where most tutorials point
// (https://istio.io/latest/blog/2026/retirement-of-gcp/).
const istioChart = (chart: string): ChartSource => ({
    chart,
    version: ISTIO,
    repository: "https://blob.istio.io/istio-release/charts",
});

export const versions = {
    istio: ISTIO,
    metallb: METALLB,
    /** Kubernetes 1.36 is the newest that Istio 1.31 supports; the image is the one built for kind 0.33.0. */
    nodeImage:
        "kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed",
    istioImages: {
        hub: "docker.io/istio",
        tag: ISTIO,
        readsRemoteSecrets: true,
    } satisfies IstioImages,
    /** The probe that `verify` sends requests with. */
    probeImage: "registry.k8s.io/e2e-test-images/agnhost:2.57",
    metricsImages: {
        prometheusOperator: `quay.io/prometheus-operator/prometheus-operator:${PROMETHEUS_OPERATOR}`,
        prometheusConfigReloader: `quay.io/prometheus-operator/prometheus-config-reloader:${PROMETHEUS_OPERATOR}`,
        prometheus: "quay.io/prometheus/prometheus:v3.15.0",
        thanos: "quay.io/thanos/thanos:v0.42.4",
        grafana: "docker.io/grafana/grafana:12.3.2",
    } satisfies MetricsImages,
    charts: {
        base: istioChart("base"),
        istiod: istioChart("istiod"),
        gateway: istioChart("gateway"),
        metallb: {
            chart: "metallb",
            version: METALLB,
            repository: "https://metallb.github.io/metallb",
        },
        prometheusOperatorCrds: {
            chart: "prometheus-operator-crds",
            // The chart that carries the CRDs of PROMETHEUS_OPERATOR.
            version: "23.0.0",
            repository: "https://prometheus-community.github.io/helm-charts",
        },
    } satisfies Charts,
} as const;
