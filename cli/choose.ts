// SPDX-License-Identifier: Apache-2.0
import { satisfies } from "./version";

/** What `npm start` needs, apart from a docker engine. */
export const TOOLS = ["kind", "pulumi", "plugins", "images"] as const;
export type ToolName = (typeof TOOLS)[number];

/** Where a tool is taken from. */
export type Use = "path" | "release" | "lab" | "none";

/** What is known about one tool. */
export interface ToolFacts {
    readonly name: ToolName;
    /** What the machine has. A version that can't be read counts as too old. */
    readonly found?: { readonly path: string; readonly version: string | undefined };
    /** The oldest version that will do; absent where any will. */
    readonly minimum?: string;
    /** Its official release: here already, to be had, or why not. */
    readonly release:
        | { readonly state: "downloaded" | "reachable"; readonly version: string }
        | { readonly state: "unreachable"; readonly reason: string };
    /** The lab: has built it, can build it, or why not. */
    readonly lab:
        | { readonly state: "built" | "buildable" }
        | { readonly state: "unsupported"; readonly reason: string };
    /** What the last run took. */
    readonly previous?: Use | undefined;
    /** Where a person gets it. */
    readonly page: string;
}

/** What a person may insist on: only official tools, or only the lab's. */
export type From = "official" | "lab";

/** Where one tool is taken from, and why in a sentence. */
export interface Choice {
    readonly name: ToolName;
    readonly use: Use;
    readonly reason: string;
}

/**
 * Where a tool is taken from: what is on the PATH; else its official release; else the lab. What
 * came from the lab once stays so: another node image would mean other clusters.
 */
export function chooseTool(facts: ToolFacts, from?: From): Choice {
    const { name } = facts;
    const lab = fromLab(facts, from);
    if (lab && (from === "lab" || stays(facts, from))) return lab;
    const { found, minimum, release } = facts;
    const fits = found && fitsIn(found.version, minimum);
    if (found && fits && from !== "lab") {
        const version = found.version ? `${name} ${found.version}` : name;
        return { name, use: "path", reason: `${version} at ${found.path}` };
    }
    const why = found && !fits ? tooOld(facts) : "";
    if (release.state !== "unreachable" && from !== "lab") {
        const how = release.state === "downloaded" ? "downloaded before" : "its official release";
        return { name, use: "release", reason: `${why}${name} ${release.version}, ${how}` };
    }
    if (lab) return { ...lab, reason: `${why}${lab.reason}` };
    return { name, use: "none", reason: `${why}${missing(facts, from)}` };
}

/** The choice of everything. Tools of the lab come together: they were built for each other. */
export function chooseAll(all: readonly ToolFacts[], from?: From): Choice[] {
    const choices = all.map((facts) => chooseTool(facts, from));
    const pulumi = choices.find(({ name }) => name === "pulumi");
    if (pulumi?.use !== "lab") return choices;
    return choices.map((choice) =>
        choice.name === "kind" && choice.use !== "lab"
            ? { ...choice, use: "lab", reason: `the lab's, which comes with its pulumi` }
            : choice,
    );
}

function stays({ previous, lab }: ToolFacts, from?: From): boolean {
    return from === undefined && previous === "lab" && lab.state === "built";
}

function fromLab({ name, lab, previous, release }: ToolFacts, from?: From): Choice | undefined {
    if (from === "official" || lab.state === "unsupported") return undefined;
    const built = lab.state === "built" ? "built before" : "to be built from source";
    const why = previous === "lab" || release.state !== "unreachable" ? "" : ` (${release.reason})`;
    return { name, use: "lab", reason: `${name} of the lab, ${built}${why}` };
}

function fitsIn(version: string | undefined, minimum: string | undefined): boolean {
    if (minimum === undefined) return true;
    return version !== undefined && satisfies(version, minimum);
}

function tooOld({ name, found, minimum = "" }: ToolFacts): string {
    const version = found?.version ?? "of an unknown version";
    return `not ${name} ${version} at ${found?.path ?? ""}, for ${minimum} or newer is needed: `;
}

function missing({ name, release, lab, page }: ToolFacts, from?: From): string {
    const reasons = [
        ...(release.state === "unreachable" && from !== "lab" ? [release.reason] : []),
        ...(lab.state === "unsupported" && from !== "official" ? [lab.reason] : []),
    ];
    return `${name} is missing: ${reasons.join("; ") || "not on the PATH"}. Get it from ${page}`;
}
