import type { Account, ImageConfig, ImageFolder } from "../oci";
import type { ProgramName } from "./programs";
import { versions } from "./versions";

/** A file of an image: of which part, which file (default: the part's only program), and to where. */
export interface ImageSource {
    readonly program?: ProgramName;
    readonly other?: "envoy" | "bootstrap";
    readonly to: string;
}

/** An image to bake into the node image. */
export interface ImageRecipe {
    readonly reference: string;
    /** On a small Debian with the network tools, or on nothing. */
    readonly base: "net" | "scratch";
    readonly account?: Account;
    readonly sources: readonly ImageSource[];
    readonly folders?: readonly ImageFolder[];
    readonly config: ImageConfig;
}

/** A scratch image's `/tmp`, without which programs that write one fail. */
const temporary: ImageFolder = { path: "tmp", mode: 0o1777, uid: 0 };

/** An image that holds one static program and nothing else. */
function single(
    reference: string,
    program: ProgramName,
    to: string,
    base: "net" | "scratch" = "scratch",
): ImageRecipe {
    const config = { entrypoint: [`/${to}`] };
    const folders = base === "scratch" ? [temporary] : [];
    return { reference, base, sources: [{ program, to }], folders, config };
}

/** An image whose one program runs as a user of its own, by number: runAsNonRoot takes no names. */
function unprivileged(
    reference: string,
    program: ProgramName,
    to: string,
    uid: number,
    writable?: string,
): ImageRecipe {
    const image = single(reference, program, to);
    const config: ImageConfig = { ...image.config, user: String(uid) };
    if (writable === undefined) return { ...image, config };
    return {
        ...image,
        folders: [temporary, { path: writable, mode: 0o775, uid }],
        config: { ...config, workingDirectory: `/${writable}` },
    };
}

const kubernetes = (name: string) => `registry.k8s.io/${name}:${versions.kubernetes}`;
const metallb = (name: string) => `quay.io/metallb/${name}:${versions.metallb}`;
const istio = (name: string) => `docker.io/istio/${name}:${versions.istio}`;
const operator = (name: string) =>
    `quay.io/prometheus-operator/${name}:${versions.prometheusOperator}`;
const bootstrap: ImageSource = {
    other: "bootstrap",
    to: "var/lib/istio/envoy/envoy_bootstrap_tmpl.json",
};

/** Where containerd finds the image that holds a pod's namespaces; kind's config asks for this one. */
export const pauseImage = `registry.k8s.io/pause:${versions.pauseTag}`;

/** What verify's probes run. */
export const probeImage = `registry.k8s.io/e2e-test-images/agnhost:${versions.agnhostTag}`;

/** The images of the metrics stack, under the names that a bundle gives them. */
export const metricsImages = {
    prometheusOperator: operator("prometheus-operator"),
    prometheusConfigReloader: operator("prometheus-config-reloader"),
    prometheus: `quay.io/prometheus/prometheus:${versions.prometheus}`,
    thanos: `quay.io/thanos/thanos:${versions.thanos}`,
} as const;

/** The uid that Debian and busybox call nobody. */
const nobody = 65534;

const metrics: readonly ImageRecipe[] = [
    unprivileged(metricsImages.prometheusOperator, "prometheusOperator", "bin/operator", nobody),
    unprivileged(
        metricsImages.prometheusConfigReloader,
        "prometheusConfigReloader",
        "bin/prometheus-config-reloader",
        nobody,
    ),
    unprivileged(metricsImages.prometheus, "prometheus", "bin/prometheus", nobody, "prometheus"),
    unprivileged(metricsImages.thanos, "thanos", "bin/thanos", 1001),
];

/** What `node/default-storage.yaml` asks for: the provisioner, and a shell for the pods that it starts. */
export const storageImages = {
    provisioner: `docker.io/rancher/local-path-provisioner:${versions.localPath}`,
    helper: `docker.io/kindest/local-path-helper:${versions.localPathHelperTag}`,
} as const;

const storage: readonly ImageRecipe[] = [
    single(storageImages.provisioner, "localPathProvisioner", "usr/bin/local-path-provisioner"),
    {
        reference: storageImages.helper,
        base: "net",
        sources: [],
        config: { entrypoint: ["/bin/sh"] },
    },
];

/** An S3 server, for tests that need one. */
export const minioImage = `docker.io/minio/minio:${versions.minio}`;

/** Every image that a node must have, since none can be pulled. */
export const images: readonly ImageRecipe[] = [
    single(kubernetes("kube-apiserver"), "kubeApiserver", "usr/local/bin/kube-apiserver"),
    single(
        kubernetes("kube-controller-manager"),
        "kubeControllerManager",
        "usr/local/bin/kube-controller-manager",
    ),
    single(kubernetes("kube-scheduler"), "kubeScheduler", "usr/local/bin/kube-scheduler"),
    single(kubernetes("kube-proxy"), "kubeProxy", "usr/local/bin/kube-proxy", "net"),
    single(`registry.k8s.io/etcd:${versions.etcdTag}`, "etcd", "usr/local/bin/etcd"),
    single(`registry.k8s.io/coredns/coredns:${versions.corednsTag}`, "coredns", "coredns"),
    single(pauseImage, "pause", "pause"),
    single(metallb("controller"), "metallbController", "controller"),
    single(metallb("speaker"), "metallbSpeaker", "speaker"),
    {
        reference: istio("proxyv2"),
        base: "net",
        account: { name: "istio-proxy", id: 1337, home: "/home/istio-proxy" },
        sources: [
            { program: "pilotAgent", to: "usr/local/bin/pilot-agent" },
            { other: "envoy", to: "usr/local/bin/envoy" },
            bootstrap,
        ],
        folders: [
            { path: "home/istio-proxy", mode: 0o755, uid: 1337 },
            { path: "var/lib/istio/data", mode: 0o755, uid: 1337 },
        ],
        config: { entrypoint: ["/usr/local/bin/pilot-agent"], workingDirectory: "/" },
    },
    {
        reference: istio("pilot"),
        base: "net",
        sources: [{ program: "pilotDiscovery", to: "usr/local/bin/pilot-discovery" }, bootstrap],
        config: { entrypoint: ["/usr/local/bin/pilot-discovery"], user: "1337:1337" },
    },
    {
        reference: probeImage,
        base: "net",
        sources: [{ program: "agnhost", to: "agnhost" }],
        folders: [{ path: "uploads", mode: 0o777, uid: 0 }],
        config: { entrypoint: ["/agnhost"], command: ["pause"] },
    },
    ...metrics,
    ...storage,
    single(minioImage, "minio", "usr/bin/minio"),
];
