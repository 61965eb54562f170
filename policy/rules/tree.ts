// SPDX-License-Identifier: Apache-2.0

/** Stands for a value that only an update will know. */
export const UNKNOWN = Symbol("known after the update");

/** Properties of a resource: JSON, and UNKNOWN. */
export type Props = Readonly<Record<string, unknown>>;

/** The way to a value: keys of objects and places in lists. */
export type Path = readonly (string | number)[];

/** Whether a value is an object, and no list. */
export function isMap(value: unknown): value is Props {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where there is none, UNKNOWN where that is not known yet. */
export function at(value: unknown, ...path: Path): unknown {
    let here = value;
    for (const key of path) {
        if (here === UNKNOWN) return UNKNOWN;
        if (typeof here !== "object" || here === null) return undefined;
        here = (here as Record<string | number, unknown>)[key];
    }
    return here;
}

/** The map at a path; an empty one where there is none. */
export function mapAt(value: unknown, ...path: Path): Props {
    const found = at(value, ...path);
    return isMap(found) ? found : {};
}

/** The list at a path; an empty one where there is none. */
export function listAt(value: unknown, ...path: Path): readonly unknown[] {
    const found = at(value, ...path);
    return Array.isArray(found) ? found : [];
}

/** The texts of the list at a path. */
export function textsAt(value: unknown, ...path: Path): string[] {
    return listAt(value, ...path).filter((item) => typeof item === "string");
}

/** A path as a person writes it: `spec.containers[0].image`. */
export function formatPath(path: Path): string {
    return path
        .map((key) => {
            if (typeof key === "number") return `[${String(key)}]`;
            return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
        })
        .join("")
        .replace(/^\./, "");
}
