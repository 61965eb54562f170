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

const kubernetes = (name: string) => `registry.k8s.io/${name}:${versions.kubernetes}`;
const metallb = (name: string) => `quay.io/metallb/${name}:${versions.metallb}`;
const istio = (name: string) => `docker.io/istio/${name}:${versions.istio}`;
const bootstrap: ImageSource = {
    other: "bootstrap",
    to: "var/lib/istio/envoy/envoy_bootstrap_tmpl.json",
};

/** Where containerd finds the image that holds a pod's namespaces; kind's config asks for this one. */
export const pauseImage = `registry.k8s.io/pause:${versions.pauseTag}`;

/** What verify's probes run. */
export const probeImage = `registry.k8s.io/e2e-test-images/agnhost:${versions.agnhostTag}`;

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
];
