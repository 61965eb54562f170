// SPDX-License-Identifier: Apache-2.0

/** A step of a JSON patch (RFC 6902). */
export interface PatchStep {
    readonly op: "replace" | "test";
    readonly path: string;
    readonly value: unknown;
}

/** An object in a cluster that the program makes. */
export interface Thing {
    /** What the table calls it. */
    readonly object: string;
    readonly cluster: string;
    /** Its namespace; none where it has none. */
    readonly namespace?: string;
    /** What kubectl calls it, `kind/name`. */
    readonly ref: string;
    /** Its resource, `type name`. */
    readonly resource: string;
    /** What of it is the same again when it was repaired, as kubectl's jsonpath. */
    readonly shows: string;
}

/** A state to wait for before anybody looks for drift. */
export interface Settled {
    /** Arguments of kubectl, in the drill's cluster. */
    readonly look: readonly string[];
    /** What it prints then. */
    readonly shows: string;
}

/** What somebody does to an object by hand, and what the program has to make of it. */
export interface Drill {
    /** What the table calls the object. */
    readonly object: string;
    readonly what: "edited" | "deleted";
    readonly cluster: string;
    /** What is done: arguments of kubectl. */
    readonly does: readonly string[];
    /** What comes of it by itself, and has to be over. */
    readonly settled?: Settled;
    /** What shows the object: arguments of kubectl. The same before and after, something else in between. */
    readonly look: readonly string[];
    /** What a preview names and an update repairs, sorted: `operation type name`. */
    readonly expects: readonly string[];
    /** What a preview names besides: only the update can know that it stays as it is. */
    readonly foresees: readonly string[];
    /** Why others cannot be done with it; undefined where they can. */
    readonly alone?: string;
}

/** What a drill has beyond its object and what is done to it. */
export interface More extends Pick<Drill, "settled" | "alone"> {
    /** What the program has to repair besides. */
    readonly also?: readonly string[];
    /** What a preview names besides, and no update changes. Defaults to nothing. */
    readonly foresees?: readonly string[];
}

/** The name of a drill, or of a drill that cannot be. */
export function drillName({ object, what }: { object: string; what: string }): string {
    return `${object}, ${what}`;
}

/** Somebody changes an object. */
export function edited(thing: Thing, patch: readonly PatchStep[], more: More = {}): Drill {
    const change = ["--type=json", "--patch", JSON.stringify(patch)];
    return drill(thing, "edited", ["patch", thing.ref, ...change], "update", more);
}

/** Somebody deletes an object. */
export function deleted(thing: Thing, more: More = {}): Drill {
    return drill(thing, "deleted", ["delete", thing.ref], "create", more);
}

function drill(
    thing: Thing,
    what: Drill["what"],
    does: readonly string[],
    operation: string,
    { also = [], foresees = [], ...more }: More,
): Drill {
    const { object, cluster, namespace, ref, resource, shows } = thing;
    const at = namespace === undefined ? [] : [`--namespace=${namespace}`];
    const look = ["get", ref, "--ignore-not-found", `--output=jsonpath=${shows}`];
    return {
        object,
        what,
        cluster,
        does: [...at, ...does],
        look: [...at, ...look],
        expects: [`${operation} ${resource}`, ...also].sort(),
        foresees,
        ...more,
    };
}

/** Replaces one value. */
export function replace(path: string, value: unknown): PatchStep {
    return { op: "replace", path, value };
}

/** Replaces one value that has to be known: where a list's order may change, it fails. */
export function replaceKnown(path: string, from: unknown, to: unknown): PatchStep[] {
    return [{ op: "test", path, value: from }, replace(path, to)];
}
