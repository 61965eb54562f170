// SPDX-License-Identifier: Apache-2.0
import {
    type Box,
    type Curve,
    type Point,
    around,
    bent,
    centre,
    grow,
    holds,
    outside,
    pointAt,
} from "./geometry";

/** What links should not run over. */
export interface Obstacle {
    readonly box: Box;
    /** Clusters whose links may: those that it belongs to. */
    readonly of: readonly string[];
    /** How bad each step over it is. */
    readonly weight: number;
}

/** What to join: two clusters and their boxes. */
export interface Wire {
    readonly from: string;
    readonly to: string;
    readonly start: Box;
    readonly end: Box;
    /** How far it is moved aside, for what joins the same two beside it. */
    readonly shift: number;
}

export interface Route {
    readonly curve: Curve;
    /** 0 when it runs over nothing. */
    readonly cost: number;
}

/** Room between a link and what it passes, and between an arrow's tip and its box. */
const CLEARANCE = 9;
const TIP = 2;

/** The middles that are tried, as distances from the straight line. The first that is free is taken. */
const BENDS = Array.from({ length: 14 }, (_, i) => i * 26);

/** Where links begin and end in a box, as parts of its width from its middle: there first of all. */
const ANCHORS = [
    [0, 0],
    ...[-0.36, 0, 0.36].flatMap((start) => [-0.36, 0, 0.36].map((end) => [start, end] as const)),
] as const;

/** The least bent way of a wire that runs over nothing, or over as little as can be. */
export function routeOf(wire: Wire, obstacles: readonly Obstacle[]): Route {
    const near = obstacles
        .filter(({ of }) => !of.includes(wire.from) && !of.includes(wire.to))
        .map((obstacle) => ({ ...obstacle, box: grow(obstacle.box, CLEARANCE) }));
    const side = outwards(wire);
    let best: Route | undefined;
    for (const bend of BENDS) {
        for (const sign of bend === 0 ? [1] : [side, -side]) {
            for (const anchors of ANCHORS) {
                const curve = curveOf(wire, anchors, bend * sign);
                const cost = costOf(curve, near);
                if (cost === 0) return { curve, cost };
                if (!best || cost < best.cost) best = { curve, cost };
            }
        }
    }
    return best ?? { curve: curveOf(wire, [0, 0], 0), cost: 0 };
}

function curveOf(
    { start, end, shift }: Wire,
    [first, last]: readonly [number, number],
    bend: number,
): Curve {
    const from = beside(centre(start), first * start.width, 0);
    const to = beside(centre(end), last * end.width, 0);
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const across = ((to.y - from.y) / length) * shift;
    const down = ((from.x - to.x) / length) * shift;
    const curve = bent(beside(from, across, down), beside(to, across, down), bend);
    return outside(curve, grow(start, TIP), grow(end, TIP));
}

const beside = ({ x, y }: Point, across: number, down: number): Point => ({
    x: x + across,
    y: y + down,
});

/** The side of a wire that is away from the middle of the picture, which is at 0, 0. */
function outwards({ start, end }: Wire): number {
    const from = centre(start);
    const to = centre(end);
    const left = (to.y - from.y) * (from.x + to.x) - (to.x - from.x) * (from.y + to.y);
    return left < 0 ? -1 : 1;
}

function costOf(curve: Curve, obstacles: readonly Obstacle[]): number {
    const { from, control, to } = curve;
    const points = [from, control, to].map(({ x, y }) => ({ x, y, width: 0, height: 0 }));
    const room = around(points);
    const hit = obstacles.filter(({ box }) => overlaps(box, room));
    if (hit.length === 0) return 0;
    const steps = Math.ceil(Math.hypot(room.width, room.height) / 8);
    let cost = 0;
    for (let i = 0; i <= steps; i++) {
        const point = pointAt(curve, i / steps);
        for (const { box, weight } of hit) if (holds(box, point)) cost += weight;
    }
    return cost;
}

function overlaps(a: Box, b: Box): boolean {
    return (
        a.x <= b.x + b.width &&
        b.x <= a.x + a.width &&
        a.y <= b.y + b.height &&
        b.y <= a.y + a.height
    );
}
