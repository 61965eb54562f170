// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";

/** A JSON schema, as far as zod writes it for the stack's config. */
export interface JsonSchema {
    readonly type?: string;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly items?: JsonSchema;
    readonly anyOf?: readonly JsonSchema[];
    readonly enum?: readonly unknown[];
    readonly const?: unknown;
    readonly pattern?: string;
    readonly format?: string;
    readonly minimum?: number;
    readonly maximum?: number;
}

/** Texts of which some fit every text of the config, so that configs that go together come up. */
const TEXTS = [
    "a",
    "b",
    "c1",
    "a -> b",
    "a <-> c1",
    "172.30.0.0/16",
    "192.168.7.0/24",
    "10.0.0.10-10.0.0.50",
    "https://10.0.0.5:6443",
    "./a.kubeconfig",
];

/** The most that a number is drawn to be: large enough for every default. */
const MOST = 400;

/** Values of the shape that a schema asks for. What it cannot say, what goes together, is left to luck. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valuesOf));
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    switch (schema.type) {
        case "object":
            return objectOf(schema);
        case "array":
            return fc.array(valuesOf(schema.items ?? {}), { minLength: 1, maxLength: 4 });
        case "string":
            return fc.constantFrom(...textsOf(schema));
        case "integer": {
            const { minimum: min = 0, maximum = MOST } = schema;
            return fc.integer({ min, max: Math.max(min, Math.min(maximum, MOST)) });
        }
        case "boolean":
            return fc.boolean();
        default:
            return fc.jsonValue({ maxDepth: 2 });
    }
}

function objectOf({ properties, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
    if (!properties) return fc.dictionary(fc.constantFrom("a", "b"), fc.jsonValue({ maxDepth: 2 }));
    const fields = Object.fromEntries(
        Object.entries(properties).map(([key, schema]) => [key, valuesOf(schema)]),
    );
    return fc.record(fields, { requiredKeys: [...required] });
}

function textsOf({ pattern, format }: JsonSchema): readonly string[] {
    const fits = TEXTS.filter(
        (text) =>
            (pattern === undefined || new RegExp(pattern, "u").test(text)) &&
            (format !== "uri" || URL.canParse(text)),
    );
    return fits.length > 0 ? fits : TEXTS;
}

/** A place in a value, by keys and indexes. */
export type Path = readonly (string | number)[];

/** Every place in a value, the whole first. */
export function placesIn(value: unknown, at: Path = []): Path[] {
    if (typeof value !== "object" || value === null) return [at];
    const entries = Array.isArray(value)
        ? value.map((item: unknown, i) => [i, item] as const)
        : Object.entries(value);
    return [at, ...entries.flatMap(([key, inner]) => placesIn(inner, [...at, key]))];
}

/** A copy of a value with something else at a place, if there is such a place. */
export function withAt(value: unknown, [key, ...rest]: Path, other: unknown): unknown {
    if (key === undefined) return other;
    if (Array.isArray(value)) {
        return value.map((item: unknown, i) => (i === key ? withAt(item, rest, other) : item));
    }
    if (typeof value !== "object" || value === null) return value;
    const map = value as Readonly<Record<string, unknown>>;
    return { ...map, [key]: withAt(map[key], rest, other) };
}
