// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { type Sources, upstream } from "../../bundle";
import type { FleetConfig } from "../../config";
import { createAuthority } from "../../stacks/authority";
import { type Cluster, type Present, createClusters } from "../../stacks/clusters";
import { type Mesh, createMesh } from "../../stacks/mesh";
import { createObservability } from "../../stacks/observability";
import { fleetOutputs } from "../../stacks/outputs";
import { planOf } from "./fleets";
import { type Recording, type Registration, record } from "./mocks";
import { nameOf } from "./shape";

/** The stack that every test makes its fleet for. */
export const OWNER = { stack: "istio-fleet/test", label: "istio-fleet.test" };

/** The id that the mocks give to the docker network. */
export const NETWORK_ID = "network-istio-fleet-id";

/** Names of the files with the CRDs. */
export const CRD_FILES = {
    istio: pulumi.output("file-of-istio"),
    withMetalLb: pulumi.output("file-of-both"),
};

/** Labels of every namespace that the fleet makes. */
export const LABELS = { "our/label": "x" };

/** A machine without networks and clusters. */
export const EMPTY: Present = { dockerNetworks: [], kindNodes: [], existing: new Map() };

/** A fleet that was made. */
export interface Fleet {
    readonly recording: Recording;
    readonly clusters: readonly Cluster[];
    readonly gateways: Mesh["gateways"];
    readonly outputs: ReturnType<typeof fleetOutputs>;
}

/** Makes the whole fleet of a config, as index.ts does, but without rendering its CRDs. */
export async function recordFleet(
    config: FleetConfig,
    {
        sources = upstream,
        host = EMPTY,
        objectStore,
    }: { sources?: Sources; host?: Present; objectStore?: string } = {},
): Promise<Fleet> {
    const plan = planOf(config);
    const { recording, result } = await record(() => {
        const clusters = createClusters(plan, sources, CRD_FILES, OWNER, host);
        const authority = createAuthority(plan, undefined);
        const mesh = createMesh(plan, sources, config.values, clusters, LABELS, authority);
        createObservability(plan, sources, mesh, LABELS, objectStore);
        const outputs = fleetOutputs(plan, sources, clusters, mesh);
        return { clusters, gateways: mesh.gateways, outputs };
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

/** The component of a stack that a resource is part of: the outermost of its ancestors, or itself. */
export function partOf(recording: Recording, resource: Registration): Registration {
    const parent = recording.all.find(({ urn }) => urn === resource.parent);
    return parent ? partOf(recording, parent) : resource;
}

/** Everything that is part of components, and the components themselves. */
export function partsOf(recording: Recording, components: readonly string[]): Registration[] {
    return recording.all.filter((one) => components.includes(partOf(recording, one).name));
}

/** What a component waits for, each by the component that it is part of, sorted. */
export function awaitedBy(recording: Recording, type: string, name: string): string[] {
    const { dependencies } = recording.get(`istio-fleet:index:${type}`, name);
    const awaited = recording.all.filter(({ urn }) => dependencies.includes(urn));
    return [...new Set(awaited.map((one) => partOf(recording, one).name))].sort();
}
