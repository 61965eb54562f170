// SPDX-License-Identifier: Apache-2.0
import { type Box, type Point, areApart, around, boxAround, centre, grow, moved } from "./geometry";
import type { Picture, PictureCluster, PictureNetwork } from "./picture";
import { type Obstacle, type Route, type Wire, routeOf } from "./route";
import { widthOf } from "./text";

/** A cluster with its place. */
export interface PlacedCluster {
    readonly cluster: PictureCluster;
    readonly box: Box;
}

/** A network with its place, around those of its clusters. */
export interface PlacedNetwork {
    readonly network: PictureNetwork;
    readonly box: Box;
    /** Of its name, in the corner that is farthest from the others: links to them end elsewhere. */
    readonly label: Box;
    /** Whether that is on the right, where the name then ends. */
    readonly isRight: boolean;
    readonly clusters: readonly PlacedCluster[];
}

export interface Layout {
    readonly networks: readonly PlacedNetwork[];
    /** The way of each link, in the picture's order. */
    readonly routes: readonly Route[];
}

export const SIZES = {
    title: 20,
    name: 16,
    text: 13,
    /** Between a cluster's edge and its text, and between clusters and their network's edge. */
    padding: 18,
    /** Height of a network's name, above its clusters. */
    label: 24,
    clusterHeight: 58,
    gatewayHeight: 30,
} as const;

/** Between clusters of a network, and between networks side by side (more for each cluster) or not. */
const GAP = { cluster: 56, across: 130, more: 24, down: 64 };

/** What a network's name adds to its height: some of it is in the padding. */
const LABEL_ROOM = 20;

/** Steps of the ring's size, and how many more are tried for links that run over something. */
const GROWTH = 1.06;
const PATIENCE = 14;
/** With more links than this they are all straight: no eye follows one, and bending takes minutes. */
const MANY = 400;

/**
 * Networks on a ring, their clusters in a line along it, so that each has a free side to all the
 * others. The ring grows until nothing is too near, and no link has to run over what is not its own.
 */
export function layOut(picture: Picture): Layout {
    const width = clusterWidth(picture);
    const [only, ...others] = picture.networks;
    const count = others.length > 0 ? picture.networks.length : (only?.clusters.length ?? 0);
    const aspect = aspectFor(width);
    let best: Layout | undefined;
    for (let radius = 60, tries = 0; tries < PATIENCE; radius *= GROWTH) {
        const places = ring(count, { x: radius * aspect, y: radius });
        const networks =
            others.length > 0
                ? picture.networks.map((network, i) => line(network, width, places[i]))
                : picture.networks.map((network) => spread(network, width, places));
        if (!haveRoom(networks)) continue;
        const routes = connect(picture, networks);
        if (!best || costOf(routes) < costOf(best.routes)) best = { networks, routes };
        if (costOf(routes) === 0) break;
        tries++;
    }
    return best ?? { networks: [], routes: [] };
}

/** The same width for all: boxes of many widths look like a difference that means something. */
function clusterWidth({ networks }: Picture): number {
    const widths = networks.flatMap(({ clusters }) =>
        clusters.flatMap(({ name, about, gateway }) => [
            widthOf(name, SIZES.name, true),
            widthOf(about, SIZES.text),
            widthOf(gateway ?? "", SIZES.text) + 20,
        ]),
    );
    return Math.max(150, ...widths) + 2 * SIZES.padding;
}

/** How much wider than high the ring is, as boxes are: some more where names are long. */
const aspectFor = (width: number) => Math.min(3, Math.max(1.5, width / 240));

/** Places on an ellipse around 0, 0, clockwise: an odd number has one on top, an even one two. */
function ring(count: number, radius: Point): Point[] {
    if (count === 1) return [{ x: 0, y: 0 }];
    const first = count % 2 === 0 ? -0.5 - 1 / count : -0.5;
    return Array.from({ length: count }, (_, i) => {
        const angle = Math.PI * (first + (2 * i) / count);
        return { x: radius.x * Math.cos(angle), y: radius.y * Math.sin(angle) };
    });
}

/** A network's clusters side by side on top and at the bottom of the ring, else in a column. */
function line(network: PictureNetwork, width: number, at: Point = { x: 0, y: 0 }): PlacedNetwork {
    const isRow = Math.abs(at.x) < Math.abs(at.y) / 2;
    const sizes = network.clusters.map((cluster) => boxAround(at, width, heightOf(cluster)));
    const step = isRow
        ? width + GAP.cluster
        : Math.max(...sizes.map(({ height }) => height)) + GAP.cluster;
    const clusters = network.clusters.map((cluster, i) => {
        const by = Math.round(step * (i - (sizes.length - 1) / 2));
        const box = boxAround(at, width, heightOf(cluster));
        return { cluster, box: moved(box, isRow ? { x: by, y: 0 } : { x: 0, y: by }) };
    });
    return enclose(network, clusters);
}

/** The only network's clusters, on the ring themselves. */
function spread(network: PictureNetwork, width: number, places: readonly Point[]): PlacedNetwork {
    const clusters = network.clusters.map((cluster, i) => ({
        cluster,
        box: boxAround(places[i] ?? { x: 0, y: 0 }, width, heightOf(cluster)),
    }));
    return enclose(network, clusters);
}

function heightOf({ gateway }: PictureCluster): number {
    return SIZES.clusterHeight + (gateway === undefined ? 0 : SIZES.gatewayHeight);
}

function enclose(network: PictureNetwork, clusters: readonly PlacedCluster[]): PlacedNetwork {
    const inner = grow(around(clusters.map(({ box }) => box)), SIZES.padding);
    const labelWidth = widthOf(`network ${network.name}`, SIZES.text);
    const width = Math.max(inner.width, labelWidth + 2 * SIZES.padding);
    const middle = centre(inner);
    const isBelow = middle.y > 1;
    const isRight = middle.x > 1;
    const box = {
        x: inner.x - Math.round((width - inner.width) / 2),
        y: inner.y - (isBelow ? 0 : LABEL_ROOM),
        width,
        height: inner.height + LABEL_ROOM,
    };
    const label = {
        x: isRight ? box.x + width - SIZES.padding - labelWidth : box.x + SIZES.padding,
        y: isBelow ? box.y + box.height - SIZES.label - 7 : box.y + 7,
        width: labelWidth,
        height: SIZES.label,
    };
    return { network, box, label, isRight, clusters };
}

function haveRoom(networks: readonly PlacedNetwork[]): boolean {
    const boxes =
        networks.length > 1
            ? networks.map(({ box }) => box)
            : networks.flatMap(({ clusters }) => clusters.map(({ box }) => box));
    // Tall columns have more links between them, and steeper ones.
    const largest = Math.max(...networks.map(({ clusters }) => clusters.length));
    const across = GAP.across + (networks.length > 1 ? GAP.more * (largest - 1) : 0);
    return boxes.every((box, i) =>
        boxes.slice(i + 1).every((other) => areApart(box, other, across, GAP.down)),
    );
}

function connect(picture: Picture, networks: readonly PlacedNetwork[]): Route[] {
    const all = picture.links.length > MANY ? [] : obstaclesOf(networks);
    const boxes = new Map(
        networks.flatMap(({ clusters }) => clusters.map(({ cluster, box }) => [cluster.name, box])),
    );
    return wiresOf(picture, boxes).map((wire) => routeOf(wire, all));
}

function obstaclesOf(networks: readonly PlacedNetwork[]): Obstacle[] {
    return networks.flatMap(({ box, label, clusters }) => [
        { box, of: clusters.map(({ cluster }) => cluster.name), weight: 1 },
        { box: label, of: [], weight: 3 },
        ...clusters.map((placed) => ({ box: placed.box, of: [placed.cluster.name], weight: 1000 })),
    ]);
}

/** Two links of the same two clusters are drawn beside each other. */
function wiresOf({ links }: Picture, boxes: ReadonlyMap<string, Box>): Wire[] {
    const pair = (a: string, b: string) => [a, b].sort().join(" ");
    const served = new Set(
        links.filter(({ kind }) => kind === "served").map(({ from, to }) => pair(from, to)),
    );
    return links.flatMap(({ from, to }) => {
        const start = boxes.get(from);
        const end = boxes.get(to);
        if (!start || !end) return [];
        // To the left of their direction, and they run in opposite ones: so on different sides.
        return [{ from, to, start, end, shift: served.has(pair(from, to)) ? 9 : 0 }];
    });
}

const costOf = (routes: readonly Route[]) => routes.reduce((sum, { cost }) => sum + cost, 0);
