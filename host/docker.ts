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
    const found = networks.parse(await inspected("network", "--quiet", "--no-trunc"));
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
    const found = containers.parse(
        await inspected("container", "--all", "--quiet", "--filter", role),
    );
    return found.map(({ State, Config, Mounts, NetworkSettings }) => ({
        cluster: Config.Labels[CLUSTER_LABEL] ?? "",
        running: State.Running,
        mounts: Mounts.map(({ Destination }) => Destination),
        networks: Object.keys(NetworkSettings.Networks),
    }));
}

/** How often a list is made anew: others may be taking a fleet down meanwhile. */
const ATTEMPTS = 5;

/** What docker says of everything in a list of its own. */
async function inspected(kind: "network" | "container", ...flags: string[]): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
        const list = await output("docker", kind, "ls", ...flags);
        const ids = list.split("\n").filter((line) => line !== "");
        if (ids.length === 0) return [];
        try {
            return JSON.parse(await output("docker", kind, "inspect", ...ids)) as unknown;
        } catch (error) {
            const gone = /no such|not found/i.test(String(error));
            if (!gone || attempt === ATTEMPTS) throw error;
        }
    }
}
