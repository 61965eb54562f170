// SPDX-License-Identifier: Apache-2.0
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { readSources } from "../../bundle";
import { kindConfig } from "../../components/kindCluster";
import { fleetEnvironment } from "./environment";
import { Docker } from "./docker";

/** Kinds of objects that a fleet puts into a cluster beside namespaces. */
const KINDS = [
    "namespaces",
    "customresourcedefinitions",
    "clusterroles",
    "clusterrolebindings",
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "all,configmaps,secrets,serviceaccounts,roles,rolebindings --all-namespaces",
];

/** Clusters that somebody else made: by plain kind, on a docker network of their own. */
export class ExistingClusters {
    private constructor(
        readonly names: readonly string[],
        private readonly network: string,
        private readonly folder: string,
        private readonly environment: NodeJS.ProcessEnv,
        readonly docker: Docker,
    ) {}

    static async create(
        names: readonly string[],
        network: string,
        subnet: string,
    ): Promise<ExistingClusters> {
        const environment = await fleetEnvironment();
        const folder = await mkdtemp(join(tmpdir(), "istio-fleet-existing-"));
        const docker = new Docker(environment);
        const clusters = new ExistingClusters(names, network, folder, environment, docker);
        // What a run left that was killed with its machine.
        await docker.removeNetwork(network);
        await docker.run("network", "create", "--subnet", subnet, network);
        await Promise.all(names.map((name, index) => clusters.make(name, index)));
        return clusters;
    }

    private async make(name: string, index: number): Promise<void> {
        const { node } = readSources(this.environment.ISTIO_FLEET_BUNDLE);
        const config = kindConfig(
            {
                clusterName: name,
                generation: "",
                networkName: this.network,
                networkSubnet: "",
                networkId: "",
                podSubnet: `10.25${String(index)}.0.0/17`,
                serviceSubnet: `10.25${String(index)}.128.0/17`,
                apiServerPort: 29_000 + index,
                role: "primary",
                ...node,
                featureGates: { ...node.featureGates },
                kubeadmConfigPatches: [...node.kubeadmConfigPatches],
                containerdConfigPatches: [...node.containerdConfigPatches],
            },
            "somebody-elses",
        );
        const file = join(this.folder, `${name}.json`);
        await writeFile(file, JSON.stringify(config));
        const kubeconfig = this.kubeconfig(name);
        const create = ["create", "cluster", "--name", name, "--config", file];
        await execa("kind", [...create, "--kubeconfig", kubeconfig, "--wait", "120s"], {
            env: { ...this.environment, KIND_EXPERIMENTAL_DOCKER_NETWORK: this.network },
        });
        // By an address that the other cluster reaches too.
        const server = `https://${await this.docker.address(`${name}-control-plane`)}:6443`;
        const set = ["config", "set-cluster", `kind-${name}`, `--server=${server}`];
        await execa("kubectl", [...set, `--kubeconfig=${kubeconfig}`], { env: this.environment });
        // A node is ready before all its pods are there, and what comes later counts as left behind.
        const deployments = ["deployments", "--all", "--all-namespaces", "--timeout=120s"];
        await this.docker.kubectl(name, "wait", "--for=condition=Available", ...deployments);
    }

    /** Path of a cluster's kubeconfig. */
    kubeconfig(name: string): string {
        return join(this.folder, `${name}.kubeconfig`);
    }

    /** A kubeconfig with the token of an account that may do nothing. */
    async smallKubeconfig(name: string): Promise<string> {
        const token = await this.docker.kubectl(name, "create", "token", "default");
        return await this.changed(name, "small", [
            ["config", "set-credentials", "small", `--token=${token}`],
            ["config", "set-context", "--current", "--user=small"],
        ]);
    }

    /** A kubeconfig that leads to a port where nobody listens. */
    async absentKubeconfig(name: string): Promise<string> {
        const address = await this.docker.address(`${name}-control-plane`);
        const server = `--server=https://${address}:1`;
        return await this.changed(name, "absent", [
            ["config", "set-cluster", `kind-${name}`, server],
        ]);
    }

    /** A copy of a cluster's kubeconfig that kubectl has changed. */
    private async changed(
        name: string,
        suffix: string,
        commands: readonly (readonly string[])[],
    ): Promise<string> {
        const file = join(this.folder, `${name}-${suffix}.kubeconfig`);
        await copyFile(this.kubeconfig(name), file);
        for (const command of commands) {
            await execa("kubectl", [...command, `--kubeconfig=${file}`], { env: this.environment });
        }
        return file;
    }

    /** Names of everything in a cluster that a fleet could leave there, without what comes and goes. */
    async content(name: string): Promise<string[]> {
        const lists = await Promise.all(
            KINDS.map((kinds) => {
                const get = [
                    "get",
                    ...kinds.split(" "),
                    "--output",
                    'jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\\n"}{end}',
                ];
                return this.docker.kubectl(name, ...get);
            }),
        );
        return lists
            .join("\n")
            .split("\n")
            .filter((line) => line !== "")
            .sort();
    }

    async remove(): Promise<void> {
        for (const name of this.names) {
            const args = ["delete", "cluster", "--name", name];
            await execa("kind", [...args, "--kubeconfig", this.kubeconfig(name)], {
                env: this.environment,
            });
        }
        await this.docker.run("network", "rm", this.network);
        await rm(this.folder, { recursive: true });
    }
}
