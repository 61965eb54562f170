// SPDX-License-Identifier: Apache-2.0
import { type Sources, upstream } from "../../bundle";
import type { FleetConfig } from "../../config";
import type { HostFacts } from "../../plan/hostFacts";
import { type Cluster, createClusters } from "../../stacks/clusters";
import { type Member, createMesh } from "../../stacks/mesh";
import { fleetOutputs } from "../../stacks/outputs";
import { planOf } from "./fleets";
import { type Recording, type Registration, record } from "./mocks";
import { nameOf } from "./shape";

/** The stack that every test makes its fleet for. */
export const OWNER = "istio-fleet/test";

/** The id that the mocks give to the docker network. */
export const NETWORK_ID = "network-istio-fleet-id";

/** Name of the file with the CRDs. */
export const CRD_FILE = "0123456789abcdef";

type Host = Pick<HostFacts, "dockerNetworks" | "kindNodes">;

/** A machine without networks and clusters. */
export const EMPTY: Host = { dockerNetworks: [], kindNodes: [] };

/** A fleet that was made. */
export interface Fleet {
    readonly recording: Recording;
    readonly clusters: readonly Cluster[];
    readonly members: ReadonlyMap<string, Member>;
    readonly outputs: ReturnType<typeof fleetOutputs>;
}

/** Makes the whole fleet of a config, as index.ts does, but without rendering its CRDs. */
export async function recordFleet(
    config: FleetConfig,
    { sources = upstream, host = EMPTY }: { sources?: Sources; host?: Host } = {},
): Promise<Fleet> {
    const plan = planOf(config);
    const { recording, result } = await record(() => {
        const clusters = createClusters(plan, sources, CRD_FILE, OWNER, host);
        const members = createMesh(plan, sources, config.values, clusters);
        return { clusters, members, outputs: fleetOutputs(plan, sources, clusters, members) };
    });
    return { recording, ...result };
}

/** The cluster whose provider a resource has, its own or an ancestor's. "" for none. */
export function providerOf(recording: Recording, resource: Registration): string {
    const own = resource.custom ? resource.provider : resource.providers.kubernetes;
    if (own !== undefined && own !== "") return own.replace(/@.*$/, "");
    const parent = recording.all.find(({ urn }) => urn === resource.parent);
    return parent ? providerOf(recording, parent) : "";
}

/** The name of the resource that one is deleted with, by its own wish or an ancestor's. "" for none. */
export function deletedWithOf(recording: Recording, resource: Registration): string {
    if (resource.deletedWith !== "") return nameOf(resource.deletedWith);
    const parent = recording.all.find(({ urn }) => urn === resource.parent);
    return parent ? deletedWithOf(recording, parent) : "";
}
