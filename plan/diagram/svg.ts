// SPDX-License-Identifier: Apache-2.0
import type { FleetPlan } from "../fleet";
import { type Box, type Curve, type Point, around, bent, trimmed } from "./geometry";
import { type PlacedCluster, type PlacedNetwork, SIZES, layOut } from "./layout";
import { MEANINGS, type Picture, type PictureLink, kindsIn, pictureOf } from "./picture";
import { escapeXml, widthOf } from "./text";

const MARGIN = 28;
const LEGEND_LINE = 24;
const SAMPLE = 56;
/** Length of an arrow's head. */
const HEAD = 11;
const RIGHT = { "text-anchor": "end" };

/** Everything is on a background of its own, so it is the same on a light page and a dark one. */
const COLORS = {
    page: "#ffffff",
    text: "#1b2437",
    muted: "#55607a",
    network: { fill: "#f2f5fa", stroke: "#c3cddd" },
    primary: "#3563b0",
    remote: "#7d4fb0",
    gateway: { fill: "#e4f3ea", text: "#1d5a38" },
    discovers: "#33538c",
    served: "#a8560f",
} as const;

/** A fleet as an SVG picture, with a line feed at its end. The same plan gives the same bytes. */
export function toSvg(plan: FleetPlan): string {
    const picture = pictureOf(plan);
    const { networks, routes } = layOut(picture);
    const curves = routes.map(({ curve }) => curve);
    const room = around([...networks.map(({ box }) => box), ...curves.map(reach)]);
    const head = MARGIN + SIZES.title + 24;
    const legend = legendOf(picture);
    const top = head + Math.ceil(room.height) + 28;
    const width = Math.max(
        Math.ceil(room.width),
        legend.width,
        widthOf(picture.title, SIZES.title, true),
    );
    const left = MARGIN + Math.round((width - room.width) / 2);
    const body = [
        ...networks.map(drawNetwork),
        ...picture.links.flatMap((link, i) => curves.slice(i, i + 1).map(drawLink(link))),
        ...networks.flatMap(({ clusters }) => clusters.map(drawCluster)),
    ];
    return documentOf(picture.title, width + 2 * MARGIN, top + legend.height + MARGIN, [
        text({ x: MARGIN, y: MARGIN + SIZES.title }, picture.title, SIZES.title, "bold"),
        group({ transform: `translate(${round(left - room.x)} ${round(head - room.y)})` }, body),
        group({ transform: `translate(${round(MARGIN)} ${round(top)})` }, legend.lines),
    ]);
}

/** What a curve takes up at most. Its control point goes twice as far as the curve. */
function reach({ from, control, to }: Curve): Box {
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const bend = { x: (middle.x + control.x) / 2, y: (middle.y + control.y) / 2 };
    return around([from, bend, to].map(({ x, y }) => ({ x, y, width: 0, height: 0 })));
}

function documentOf(title: string, width: number, height: number, body: readonly string[]): string {
    const size = { width: round(width), height: round(height) };
    const page = { ...size, rx: "10", fill: COLORS.page };
    return `${element(
        "svg",
        {
            xmlns: "http://www.w3.org/2000/svg",
            ...size,
            viewBox: `0 0 ${size.width} ${size.height}`,
            role: "img",
            "font-family": "'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif",
        },
        [element("title", {}, [escapeXml(title)]), element("rect", page), ...body],
    )}\n`;
}

function drawNetwork({ network, box, label, isRight }: PlacedNetwork): string {
    const { fill, stroke } = COLORS.network;
    const at = { x: label.x + (isRight ? label.width : 0), y: label.y + 16 };
    return group({ "data-network": network.name }, [
        element("rect", { ...frame(box), rx: "14", fill, stroke }),
        text(at, `network ${network.name}`, SIZES.text, "muted", isRight ? RIGHT : {}),
    ]);
}

function drawCluster({ cluster, box }: PlacedCluster): string {
    const color = cluster.isPrimary ? COLORS.primary : COLORS.remote;
    const x = box.x + SIZES.padding;
    const lines = [
        element("rect", { ...frame(box), rx: "8", fill: COLORS.page, stroke: color }),
        element("rect", {
            ...frame({ x: box.x, y: box.y + 10, width: 6, height: box.height - 20 }),
            fill: color,
        }),
        text({ x, y: box.y + 25 }, cluster.name, SIZES.name, "bold"),
        text({ x, y: box.y + 45 }, cluster.about, SIZES.text, "muted"),
    ];
    return group({ "data-cluster": cluster.name }, [
        ...lines,
        ...(cluster.gateway === undefined ? [] : drawGateway(x, box.y + 55, cluster.gateway)),
    ]);
}

function drawGateway(x: number, y: number, gateway: string): string[] {
    const box = { x, y, width: widthOf(gateway, SIZES.text) + 20, height: 22 };
    return [
        element("rect", { ...frame(box), rx: "11", fill: COLORS.gateway.fill }),
        text({ x: x + 10, y: y + 15.5 }, gateway, SIZES.text, "plain", {
            fill: COLORS.gateway.text,
        }),
    ];
}

const drawLink =
    ({ kind, from, to }: PictureLink) =>
    (curve: Curve): string =>
        group({ "data-link": `${from} ${MEANINGS[kind]} ${to}` }, arrow(kind, curve));

/** A line with its heads as shapes: not every viewer turns markers, and those at starts least of all. */
function arrow(kind: PictureLink["kind"], curve: Curve): string[] {
    const isTwoHeaded = kind === "discover";
    const color = kind === "served" ? COLORS.served : COLORS.discovers;
    const dashes = kind === "served" ? { "stroke-dasharray": "6 5" } : {};
    const { from, control, to } = trimmed(curve, isTwoHeaded ? HEAD / 2 : 0, HEAD / 2);
    const d = `M ${pair(from)} Q ${pair(control)} ${pair(to)}`;
    const back = trimmed(curve, HEAD, HEAD);
    return [
        element("path", { d, fill: "none", stroke: color, "stroke-width": "1.8", ...dashes }),
        ...(isTwoHeaded ? [head(curve.from, back.from, color)] : []),
        head(curve.to, back.to, color),
    ];
}

/** An arrow's head with its tip at a point, coming from another. */
function head(tip: Point, from: Point, fill: string): string {
    const length = Math.hypot(tip.x - from.x, tip.y - from.y) || 1;
    const along = { x: (tip.x - from.x) / length, y: (tip.y - from.y) / length };
    const base = { x: tip.x - along.x * HEAD, y: tip.y - along.y * HEAD };
    const corner = (by: number) => pair({ x: base.x - along.y * by, y: base.y + along.x * by });
    return element("path", { d: `M ${pair(tip)} L ${corner(4.5)} L ${corner(-4.5)} Z`, fill });
}

function legendOf(picture: Picture) {
    const kinds = kindsIn(picture);
    const samples = kinds.flatMap((kind, i) => {
        const y = i * LEGEND_LINE + LEGEND_LINE / 2;
        const [from, to] = [
            { x: 0, y },
            { x: SAMPLE - 12, y },
        ];
        return [
            ...arrow(kind, bent(from, to, 0)),
            text({ x: SAMPLE, y: y + 4.5 }, MEANINGS[kind], SIZES.text),
        ];
    });
    const notes = picture.notes.map((note, i) =>
        text({ x: 0, y: (kinds.length + i) * LEGEND_LINE + 16.5 }, note, SIZES.text, "muted"),
    );
    const widths = [
        ...kinds.map((kind) => SAMPLE + widthOf(MEANINGS[kind], SIZES.text)),
        ...picture.notes.map((note) => widthOf(note, SIZES.text)),
    ];
    return {
        lines: [...samples, ...notes],
        width: Math.max(0, ...widths),
        height: (kinds.length + notes.length) * LEGEND_LINE,
    };
}

/** An element on a line of its own, with its children below it, or a text in it. */
function element(
    name: string,
    attributes: Readonly<Record<string, string>>,
    children: readonly string[] = [],
): string {
    const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
    const tag = `${name}${list.join("")}`;
    const [first] = children;
    if (first === undefined) return `<${tag}/>`;
    if (!first.startsWith("<")) return `<${tag}>${first}</${name}>`;
    return `<${tag}>\n${children.join("\n")}\n</${name}>`;
}

const group = (attributes: Readonly<Record<string, string>>, children: readonly string[]) =>
    element("g", attributes, children);

function text(
    at: Point,
    content: string,
    size: number,
    look: "plain" | "bold" | "muted" = "plain",
    others: Readonly<Record<string, string>> = {},
): string {
    const fill = look === "muted" ? COLORS.muted : COLORS.text;
    const weight = look === "bold" ? { "font-weight": "bold" } : {};
    const attributes = { ...place(at), "font-size": round(size), fill, ...weight, ...others };
    return element("text", attributes, [escapeXml(content)]);
}

const place = ({ x, y }: Point) => ({ x: round(x), y: round(y) });

const frame = (box: Box) => ({
    ...place(box),
    width: round(box.width),
    height: round(box.height),
});

const pair = ({ x, y }: Point) => `${round(x)} ${round(y)}`;

/** A tenth of a pixel is enough, and hides how a machine rounds. */
function round(number: number): string {
    return String(Math.round(number * 10) / 10 || 0);
}
