import type { GoCacheUse } from "../disk";

/**
 * What each module's first build adds to Go's caches, with Go 1.26 on amd64 and one module after the
 * other in this order, so that what they share counts for the first. Measured, but for the last five:
 * those are the sizes of the modules and packages that none before them needs.
 */
export const goCacheUses: readonly GoCacheUse[] = [
    { folder: "modules/k8s", witness: "k8s.io/kubernetes", modules: 600, build: 3400 },
    { folder: "modules/kind", witness: "sigs.k8s.io/kind", modules: 30, build: 30 },
    { folder: "modules/etcd", witness: "go.etcd.io/etcd/server/v3", modules: 250, build: 300 },
    {
        folder: "modules/coredns",
        witness: "github.com/coredns/coredns",
        modules: 1300,
        build: 1100,
    },
    {
        folder: "modules/pulumi",
        witness: "github.com/pulumi/pulumi/pkg/v3",
        modules: 1300,
        build: 1500,
    },
    {
        folder: "modules/lang",
        witness: "github.com/pulumi/pulumi/sdk/v3",
        modules: 300,
        build: 150,
    },
    { folder: "modules/metallb", witness: "go.universe.tf/metallb", modules: 350, build: 1300 },
    { folder: "modules/istio", witness: "istio.io/istio", modules: 700, build: 5500 },
    {
        folder: "modules/pk",
        witness: "github.com/pulumi/pulumi-kubernetes/provider/v4",
        modules: 750,
        build: 1400,
    },
    {
        folder: "stand-ins",
        witness: "github.com/pulumi/pulumi-go-provider",
        modules: 350,
        build: 500,
    },
    {
        folder: "modules/promop",
        witness: "github.com/prometheus-operator/prometheus-operator",
        modules: 300,
        build: 1050,
    },
    {
        folder: "modules/prometheus",
        witness: "github.com/prometheus/prometheus",
        modules: 950,
        build: 1100,
    },
    {
        folder: "modules/thanos",
        witness: "github.com/thanos-io/thanos",
        modules: 1350,
        build: 1000,
    },
    {
        folder: "modules/localpath",
        witness: "github.com/rancher/local-path-provisioner",
        modules: 200,
        build: 650,
    },
    { folder: "modules/minio", witness: "github.com/minio/minio", modules: 1100, build: 800 },
];
