// SPDX-License-Identifier: Apache-2.0
import { configOf, planOf, rawConfig } from "../helpers/fleets";
import { type Drill, drillName } from "./drill";
import { meshDrills } from "./meshDrills";
import { metricsDrills } from "./metricsDrills";

/** A cluster like any other, and the one with the metrics of both. */
export const EDGE = "drift-1";
export const CENTRAL = "drift-2";

/** One stack for all who drill: clusters of one name are there only once, and it removes what is left. */
export const STACK = "e2e-drift";

const OTHERS = {
    edges: [`${EDGE} <-> ${CENTRAL}`],
    network: { name: "istio-fleet-drift", subnet: "172.31.0.0/16" },
    metrics: { central: CENTRAL, scrapeSeconds: 5 },
};

/** The fleet that is drilled: the smallest with every kind of object. */
export const DRIFT_CONFIG = rawConfig([EDGE, CENTRAL], OTHERS);

function gatewayAddress(): string {
    const { clusters } = planOf(configOf([EDGE, CENTRAL], OTHERS));
    const address = clusters.find(({ name }) => name === EDGE)?.gatewayAddress;
    if (address === undefined) throw new Error(`${EDGE} has no gateway`);
    return address;
}

/** Every kind of object that is made in a cluster: edited by hand, and deleted. */
export const DRILLS: readonly Drill[] = [
    ...meshDrills(EDGE, CENTRAL, gatewayAddress()),
    ...metricsDrills(EDGE, CENTRAL),
];

/** Drills that are done at once. */
export interface Round {
    readonly name: string;
    readonly drills: readonly Drill[];
}

/** Those that do not get into each other's way. */
export const TOGETHER: readonly Round[] = (["edited", "deleted"] as const).map((what) => {
    const drills = DRILLS.filter((drill) => drill.what === what && drill.alone === undefined);
    return { name: `${String(drills.length)} objects, ${what}`, drills };
});

/** Each of the others by itself. */
export const ALONE: readonly Round[] = DRILLS.filter(({ alone }) => alone !== undefined).map(
    (drill) => ({ name: drillName(drill), drills: [drill] }),
);

/** What cannot be drilled, and why. */
export const IMPOSSIBLE: readonly {
    readonly object: string;
    readonly what: "edited" | "deleted";
    readonly why: string;
}[] = [
    {
        object: "docker network",
        what: "edited",
        why: "docker changes nothing of a network that is there, its labels neither",
    },
    {
        object: "docker network",
        what: "deleted",
        why: "docker refuses it as long as nodes are on it",
    },
    {
        object: "kind cluster",
        what: "edited",
        why: "what a node is made of docker does not change: its name, image, network and mounts",
    },
    {
        object: "namespace",
        what: "deleted",
        why: "everything in it goes with it, so it is the sum of what is in it",
    },
    {
        object: "reader's ServiceAccount",
        what: "edited",
        why: "nothing is said of it but its name",
    },
    {
        object: "reader's token",
        what: "edited",
        why: "Kubernetes writes it, and what it says counts: a Secret with a wrong one has to be deleted",
    },
    {
        object: "CRD",
        what: "edited",
        why: "a command applies it, and no refresh reads what a command made",
    },
    {
        object: "CRD",
        what: "deleted",
        why: "likewise: its objects are seen to be gone, and cannot be made again without it",
    },
    {
        object: "Thanos' ConfigMap",
        what: "edited",
        why: "it is immutable, and the API server refuses",
    },
];
