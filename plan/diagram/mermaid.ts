// SPDX-License-Identifier: Apache-2.0
import type { FleetPlan } from "../fleet";
import {
    MEANINGS,
    type Picture,
    type PictureCluster,
    type PictureLink,
    kindsIn,
    pictureOf,
} from "./picture";

const ARROWS: Readonly<Record<PictureLink["kind"], string>> = {
    discovers: "-->",
    discover: "<-->",
    served: '-. "served by" .->',
};

const LINES: Readonly<Record<PictureLink["kind"], string>> = {
    discovers: "arrow",
    discover: "two heads",
    served: "dashed",
};

/** Fills come with the colour of their text, so that they read on a dark page too. */
const STYLES = [
    "classDef primary fill:#eaf1fd,stroke:#3563b0,color:#16233c",
    "classDef remote fill:#f5eefb,stroke:#7d4fb0,color:#2a1a3d",
    "classDef legend fill:none,stroke:none,text-align:left",
];

/** A fleet as a Mermaid flowchart, with a line feed at its end. */
export function toMermaid(plan: FleetPlan): string {
    const picture = pictureOf(plan);
    const clusters = picture.networks.flatMap((network) => network.clusters);
    // Names are no safe ids: Mermaid takes "end" and a "-" for its own.
    const ids = new Map(clusters.map(({ name }, i) => [name, `c${String(i)}`]));
    const id = (name: string) => ids.get(name) ?? name;
    const networks = picture.networks.flatMap((network, i) => [
        `subgraph n${String(i)}[${quote(`network ${network.name}`)}]`,
        ...network.clusters.map((cluster) => `    ${node(id(cluster.name), cluster)}`),
        "end",
    ]);
    const links = picture.links.map(
        ({ kind, from, to }) => `${id(from)} ${ARROWS[kind]} ${id(to)}`,
    );
    const body = [...networks, ...links, ...legend(picture), ...STYLES];
    return [
        "---",
        `title: ${JSON.stringify(picture.title)}`,
        "---",
        "flowchart LR",
        ...body.map((line) => `    ${line}`),
        "",
    ].join("\n");
}

function node(id: string, { name, isPrimary, about, gateway }: PictureCluster): string {
    const lines = [name, about, ...(gateway === undefined ? [] : [gateway])];
    return `${id}[${quote(...lines)}]:::${isPrimary ? "primary" : "remote"}`;
}

function legend(picture: Picture): string[] {
    const kinds = kindsIn(picture).map((kind) => `${LINES[kind]}: ${MEANINGS[kind]}`);
    const lines = [...kinds, ...picture.notes];
    return lines.length > 0 ? [`legend[${quote(...lines)}]:::legend`] : [];
}

/** A label of lines. Mermaid's own escapes begin with "#", and it reads HTML and Markdown in labels. */
function quote(...lines: readonly string[]): string {
    const escaped = lines.map((line) =>
        line.replace(/[#"&<>`*_[\]\\]/g, (char) => `#${String(char.charCodeAt(0))};`),
    );
    return `"${escaped.join("<br/>")}"`;
}
