// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { DockerNetwork, KindNode } from "../plan/hostFacts";
import { output } from "./command";

const networks = z.array(
    z.object({
        Id: z.string(),
        Name: z.string(),
        IPAM: z.object({ Config: z.array(z.object({ Subnet: z.string() })).nullish() }),
        Labels: z.record(z.string(), z.string()).nullish(),
    }),
);

const containers = z.array(
    z.object({
        State: z.object({ Running: z.boolean() }),
        Config: z.object({ Labels: z.record(z.string(), z.string()) }),
        Mounts: z.array(z.object({ Destination: z.string() })),
        NetworkSettings: z.object({ Networks: z.record(z.string(), z.unknown()) }),
    }),
);

const CLUSTER_LABEL = "io.x-k8s.kind.cluster";

/** All networks of the docker engine. */
export async function dockerNetworks(): Promise<DockerNetwork[]> {
    const ids = await lines("network", "ls", "--quiet", "--no-trunc");
    if (ids.length === 0) return [];
    const found = networks.parse(JSON.parse(await output("docker", "network", "inspect", ...ids)));
    return found.map(({ Id, Name, IPAM, Labels }) => ({
        id: Id,
        name: Name,
        subnets: (IPAM.Config ?? []).map(({ Subnet }) => Subnet),
        labels: Labels ?? {},
    }));
}

/** The control plane nodes of all kind clusters of the docker engine. */
export async function kindNodes(): Promise<KindNode[]> {
    const role = "label=io.x-k8s.kind.role=control-plane";
    const ids = await lines("container", "ls", "--all", "--quiet", "--filter", role);
    if (ids.length === 0) return [];
    const found = containers.parse(
        JSON.parse(await output("docker", "container", "inspect", ...ids)),
    );
    return found.map(({ State, Config, Mounts, NetworkSettings }) => ({
        cluster: Config.Labels[CLUSTER_LABEL] ?? "",
        running: State.Running,
        mounts: Mounts.map(({ Destination }) => Destination),
        networks: Object.keys(NetworkSettings.Networks),
    }));
}

async function lines(...args: string[]): Promise<string[]> {
    return (await output("docker", ...args)).split("\n").filter((line) => line !== "");
}
