import type { ModuleFiles } from "../goModule";
import { versions } from "./versions";

/** What kind lays over a node's root. */
export const kindFiles: ModuleFiles = {
    name: "kind-files",
    module: "kind",
    path: "sigs.k8s.io/kind",
    files: { "images/base/files": "." },
    megabytes: 1,
};

/** The start configuration that pilot-agent gives to Envoy. */
export const envoyBootstrap: ModuleFiles = {
    name: "envoy-bootstrap",
    module: "istio",
    path: "istio.io/istio",
    files: { "tools/packaging/common/envoy_bootstrap.json": "envoy_bootstrap.json" },
    megabytes: 1,
};

/** Istio's charts, under the names that they are released by. */
export const istioCharts: ModuleFiles = {
    name: "istio-charts",
    module: "istio",
    path: "istio.io/istio",
    files: {
        "manifests/charts/base": "base",
        "manifests/charts/istio-control/istio-discovery": "istiod",
        "manifests/charts/gateway": "gateway",
    },
    megabytes: 5,
};

/** MetalLB's chart, with the charts that it depends on inside, and its manifests for the bench. */
export const metallbChart: ModuleFiles = {
    name: "metallb-chart",
    module: "metallb",
    path: "go.universe.tf/metallb",
    files: { "charts/metallb": "metallb", "config/manifests": "manifests" },
    megabytes: 4,
};

const crdChart = "prometheus-operator-crds";

/** The CRDs of Prometheus Operator as a chart: those that its own bundle.yaml has. */
export const prometheusOperatorCrds: ModuleFiles = {
    name: crdChart,
    module: "promop",
    path: "github.com/prometheus-operator/prometheus-operator",
    // Not templates/: helm would take braces in a description for its own.
    files: { "example/prometheus-operator-crd": `${crdChart}/crds` },
    added: {
        [`${crdChart}/Chart.yaml`]: [
            "apiVersion: v2",
            `name: ${crdChart}`,
            `version: ${versions.prometheusOperator.slice(1)}`,
            `appVersion: ${versions.prometheusOperator}`,
            "",
        ].join("\n"),
    },
    megabytes: 5,
};
