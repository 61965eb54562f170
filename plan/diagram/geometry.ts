// SPDX-License-Identifier: Apache-2.0

/** A place, in pixels: x to the right, y down. */
export interface Point {
    readonly x: number;
    readonly y: number;
}

/** A rectangle by its upper left corner. */
export interface Box extends Point {
    readonly width: number;
    readonly height: number;
}

/** A quadratic Bézier curve; straight when the control point lies on the line. */
export interface Curve {
    readonly from: Point;
    readonly control: Point;
    readonly to: Point;
}

export const centre = ({ x, y, width, height }: Box): Point => ({
    x: x + width / 2,
    y: y + height / 2,
});

/** A box of a size around a point, on whole pixels. */
export function boxAround(at: Point, width: number, height: number): Box {
    return { x: Math.round(at.x - width / 2), y: Math.round(at.y - height / 2), width, height };
}

/** A box that is larger on every side, or smaller. */
export function grow({ x, y, width, height }: Box, by: number): Box {
    return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

export const moved = (box: Box, by: Point): Box => ({ ...box, x: box.x + by.x, y: box.y + by.y });

/** The smallest box around some. */
export function around(boxes: readonly Box[]): Box {
    const x = Math.min(...boxes.map((box) => box.x));
    const y = Math.min(...boxes.map((box) => box.y));
    const right = Math.max(...boxes.map((box) => box.x + box.width));
    const bottom = Math.max(...boxes.map((box) => box.y + box.height));
    return { x, y, width: right - x, height: bottom - y };
}

export function holds({ x, y, width, height }: Box, point: Point): boolean {
    return point.x > x && point.x < x + width && point.y > y && point.y < y + height;
}

/** Whether two boxes have room between them, side by side or one above the other. */
export function areApart(a: Box, b: Box, across: number, down: number): boolean {
    return (
        a.x + a.width + across <= b.x ||
        b.x + b.width + across <= a.x ||
        a.y + a.height + down <= b.y ||
        b.y + b.height + down <= a.y
    );
}

/** The point between two, at 0 the first and at 1 the second. */
function between(a: Point, b: Point, t: number): Point {
    return { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t };
}

export function pointAt({ from, control, to }: Curve, t: number): Point {
    return between(between(from, control, t), between(control, to, t), t);
}

/** The part of a curve between two of its places. */
function part(curve: Curve, start: number, end: number): Curve {
    const { from, control, to } = curve;
    const bend = between(between(from, control, start), between(control, to, start), end);
    return { from: pointAt(curve, start), control: bend, to: pointAt(curve, end) };
}

/** A curve from point to point whose middle is beside the line: to its left, seen on a screen. */
export function bent(from: Point, to: Point, bend: number): Curve {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const middle = between(from, to, 0.5);
    // The curve goes half as far as its control point.
    const by = (2 * bend) / length;
    const control = {
        x: middle.x + (to.y - from.y) * by,
        y: middle.y - (to.x - from.x) * by,
    };
    return { from, control, to };
}

/** The part of a curve outside the box that it begins in and the one that it ends in. */
export function outside(curve: Curve, start: Box, end: Box): Curve {
    const leaves = crossing((t) => !holds(start, pointAt(curve, t)));
    const arrives = 1 - crossing((t) => !holds(end, pointAt(curve, 1 - t)));
    return leaves < arrives ? part(curve, leaves, arrives) : curve;
}

/** A curve without its first and last pixels, about. */
export function trimmed(curve: Curve, start: number, end: number): Curve {
    const { from, control, to } = curve;
    const there = Math.hypot(control.x - from.x, control.y - from.y);
    const length = there + Math.hypot(to.x - control.x, to.y - control.y);
    return length > start + end ? part(curve, start / length, 1 - end / length) : curve;
}

/** Where a condition begins to hold between 0 and 1. */
function crossing(isPast: (t: number) => boolean): number {
    const steps = 64;
    let high = 1;
    for (let i = 1; i <= steps; i++) {
        if (!isPast(i / steps)) continue;
        high = i / steps;
        break;
    }
    let low = high - 1 / steps;
    for (let i = 0; i < 12; i++) {
        const middle = (low + high) / 2;
        if (isPast(middle)) high = middle;
        else low = middle;
    }
    return high;
}
