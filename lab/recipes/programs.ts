import { goProgram, type GoProgram } from "../goProgram";
import type { Part } from "../part";
import { istiodPatches } from "./patches";
import { versions } from "./versions";

/** The day of the Kubernetes release; a build date of one's own would make every build differ. */
const kubernetesDate = "2026-02-10T00:00:00Z";

function kubernetesVariables(): Record<string, string> {
    const [major = "", minor = ""] = versions.kubernetes.slice(1).split(".");
    const values = {
        gitVersion: versions.kubernetes,
        gitMajor: major,
        gitMinor: minor,
        gitTreeState: "clean",
        gitCommit: "0".repeat(40),
        buildDate: kubernetesDate,
    };
    const packages = ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"];
    return Object.fromEntries(
        packages.flatMap((name) =>
            Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]),
        ),
    );
}

function kubernetes(name: string, megabytes: number): GoProgram {
    return {
        name,
        module: "k8s",
        package: `k8s.io/kubernetes/cmd/${name}`,
        variables: kubernetesVariables(),
        megabytes,
    };
}

const istioVersion = "istio.io/istio/pkg/version";

function istio(name: string, path: string, megabytes: number): GoProgram {
    return {
        name,
        module: "istio",
        package: `istio.io/istio/${path}`,
        variables: {
            [`${istioVersion}.buildVersion`]: versions.istio,
            [`${istioVersion}.buildTag`]: versions.istio,
            [`${istioVersion}.buildHub`]: "docker.io/istio",
            [`${istioVersion}.buildStatus`]: "Clean",
            [`${istioVersion}.buildGitRevision`]: versions.istioRevision,
        },
        megabytes,
    };
}

/** What a program of the Prometheus family says of itself; the operator derives image tags from it. */
function prometheusVersion(version: string): Record<string, string> {
    return { "github.com/prometheus/common/version.Version": version.slice(1) };
}

function prometheusOperator(name: string, command: string, megabytes: number): GoProgram {
    return {
        name,
        module: "promop",
        package: `github.com/prometheus-operator/prometheus-operator/cmd/${command}`,
        variables: prometheusVersion(versions.prometheusOperator),
        megabytes,
    };
}

function prometheus(name: string, megabytes: number): GoProgram {
    return {
        name,
        module: "prometheus",
        package: `github.com/prometheus/prometheus/cmd/${name}`,
        variables: prometheusVersion(versions.prometheus),
        // Without the clouds' service discovery it takes less than half the time to build.
        tags: ["remove_all_sd", "enable_kubernetes_sd"],
        megabytes,
    };
}

const pulumiVersion = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

function standIn(plugin: string): GoProgram {
    const name = `pulumi-resource-${plugin}`;
    return { name, folder: "stand-ins", package: `./cmd/${name}`, megabytes: 30 };
}

const list = {
    kubeadm: kubernetes("kubeadm", 75),
    kubectl: kubernetes("kubectl", 62),
    kubelet: kubernetes("kubelet", 84),
    kubeApiserver: kubernetes("kube-apiserver", 103),
    kubeControllerManager: kubernetes("kube-controller-manager", 94),
    kubeScheduler: kubernetes("kube-scheduler", 73),
    kubeProxy: kubernetes("kube-proxy", 72),
    agnhost: {
        name: "agnhost",
        module: "k8s",
        package: "k8s.io/kubernetes/test/images/agnhost",
        variables: { "main.Version": versions.agnhostTag },
        megabytes: 60,
    },
    kind: { name: "kind", module: "kind", package: "sigs.k8s.io/kind", megabytes: 11 },
    etcd: { name: "etcd", module: "etcd", package: "go.etcd.io/etcd/server/v3", megabytes: 27 },
    coredns: {
        name: "coredns",
        module: "coredns",
        package: "github.com/coredns/coredns",
        megabytes: 76,
    },
    pulumi: {
        name: "pulumi",
        module: "pulumi",
        package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        variables: { [pulumiVersion]: versions.pulumi },
        megabytes: 140,
    },
    pulumiNodeHost: {
        name: "pulumi-language-nodejs",
        module: "lang",
        package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
        variables: { [pulumiVersion]: versions.pulumiNodeHost },
        megabytes: 25,
    },
    kubernetesProvider: {
        name: "pulumi-resource-kubernetes",
        folder: "modules/pk",
        package: ".",
        embeds: {
            module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
            folder: "cmd/pulumi-resource-kubernetes",
            version: versions.kubernetesProvider,
        },
        megabytes: 150,
    },
    pilotAgent: istio("pilot-agent", "pilot/cmd/pilot-agent", 45),
    pilotDiscovery: {
        ...istio("pilot-discovery", "pilot/cmd/pilot-discovery", 190),
        patches: istiodPatches,
    },
    istioctl: istio("istioctl", "istioctl/cmd/istioctl", 100),
    metallbController: {
        name: "metallb-controller",
        module: "metallb",
        package: "go.universe.tf/metallb/controller",
        megabytes: 60,
    },
    metallbSpeaker: {
        name: "metallb-speaker",
        module: "metallb",
        package: "go.universe.tf/metallb/speaker",
        megabytes: 60,
    },
    prometheusOperator: prometheusOperator("prometheus-operator", "operator", 64),
    prometheusConfigReloader: prometheusOperator(
        "prometheus-config-reloader",
        "prometheus-config-reloader",
        44,
    ),
    prometheus: prometheus("prometheus", 76),
    promtool: prometheus("promtool", 54),
    thanos: {
        name: "thanos",
        module: "thanos",
        package: "github.com/thanos-io/thanos/cmd/thanos",
        variables: prometheusVersion(versions.thanos),
        // As upstream builds it: without them Receive panics as soon as somebody queries it.
        tags: ["slicelabels", "netgo"],
        megabytes: 98,
    },
    localPathProvisioner: {
        name: "local-path-provisioner",
        module: "localpath",
        package: "github.com/rancher/local-path-provisioner",
        variables: { "main.VERSION": versions.localPath },
        megabytes: 43,
    },
    minio: {
        name: "minio",
        module: "minio",
        package: "github.com/minio/minio",
        variables: { "github.com/minio/minio/cmd.ReleaseTag": versions.minio },
        megabytes: 112,
    },
    pause: { name: "pause", folder: "programs", package: "./cmd/pause", megabytes: 2 },
    runtime: {
        name: "runc-without-sys-resource",
        folder: "programs",
        package: "./cmd/runc-without-sys-resource",
        megabytes: 3,
    },
    commandStandIn: standIn("command"),
    tlsStandIn: standIn("tls"),
    dockerStandIn: standIn("docker"),
} satisfies Record<string, GoProgram>;

/** Each Go program of the lab. */
export type ProgramName = keyof typeof list;

/** The parts of all Go programs. Gives them with their sources hashed. */
export async function programParts(): Promise<Record<ProgramName, Part>> {
    const entries = Object.entries(list).map(async ([key, program]): Promise<[string, Part]> => [
        key,
        await goProgram(program),
    ]);
    return Object.fromEntries(await Promise.all(entries)) as Record<ProgramName, Part>;
}
