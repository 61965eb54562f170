// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { Problem } from "./plan/problem";
import { nearest } from "./plan/suggest";

/**
 * The stack config (namespace `istio-fleet`): one schema gives the types, the check at run time and
 * the JSON schema for editors. What one value can say about itself is checked here; what needs
 * several of them (names twice, unknown clusters in edges, addresses) is checked by the plan.
 */

const NAMESPACE = "istio-fleet";

/** A rule and its fix travel through zod's one message string. */
const SEPARATOR = "\n";
const broken = (rule: string, fix: string) => ({ error: `${rule}${SEPARATOR}${fix}` });

/** An object that refuses keys it does not know, and names the nearest one that it does. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
    const known = Object.keys(shape);
    return z.strictObject(shape, {
        error: (issue) => {
            if (issue.code !== "unrecognized_keys") {
                return broken("must be a map", `Its keys are: ${known.join(", ")}.`).error;
            }
            return unknownKeys(issue.keys, known);
        },
    });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
    const fixes = keys.map((key) => {
        const near = nearest(key, known);
        return near ? `Did you mean "${near}" instead of "${key}"?` : `Remove "${key}".`;
    });
    const names = keys.map((key) => `"${key}"`).join(", ");
    return broken(
        `has ${keys.length === 1 ? "a key" : "keys"} that ${keys.length === 1 ? "is" : "are"} not known: ${names}`,
        `${fixes.join(" ")} Known: ${known.join(", ")}.`,
    ).error;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A node's host name is `<name>-control-plane`, which must stay within a label's 63 characters. */
const NAME_LENGTH = 49;

const label = (what: string, length: number, example: string) => {
    const message = broken(
        `must be ${what}: a DNS label of 1 to ${String(length)} lower-case letters, digits and "-", with a letter or digit at both ends`,
        `For example ${example}.`,
    );
    return z.string(message).regex(LABEL, message).max(length, message);
};

const days = (least: number) => {
    const message = broken(
        `must be a whole number of days from ${String(least)} to 36500`,
        "365 is one year.",
    );
    return z.int(message).min(least, message).max(36_500, message);
};

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const domain = broken("must be a DNS name in lower case", "For example cluster.local.");

const cluster = strict({
    name: label("the cluster's name", NAME_LENGTH, "cluster-1").describe(
        "Name of the cluster: also the Istio cluster name, the Istio network and the kind name.",
    ),
    index: z
        .int(broken("must be a whole number from 0", "Leave it out to derive it from the name."))
        .min(0, broken("must be a whole number from 0", "Leave it out to derive it from the name."))
        .optional()
        .describe(
            "Place in the address plan. Defaults to a hash of the name; needed only when two names collide.",
        ),
});

const clusters = z
    .array(
        cluster,
        broken("must be a list of clusters", "For example clusters: [{name: a}, {name: b}]."),
    )
    .min(1, broken("must have at least one cluster", "For example clusters: [{name: a}]."))
    .describe("The clusters of the fleet. Their order means nothing.");

const edgesMessage = broken(
    'must be "full-mesh" or a list of edges',
    'For example ["a -> b", "b <-> c"]: "a -> b" lets a discover services of b.',
);
const edges = z
    .union([z.literal("full-mesh"), z.array(z.string())], edgesMessage)
    .default("full-mesh")
    .describe('Who discovers whose services: "full-mesh", or a list of "a -> b" and "a <-> b".');

const DOCKER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const dockerName = broken(
    'must be a docker network name: letters, digits, "_", "." and "-", the first a letter or digit',
    "For example istio-fleet.",
);
const network = strict({
    name: z
        .string(dockerName)
        .regex(DOCKER_NAME, dockerName)
        .default("istio-fleet")
        .describe("Name of the docker network that all nodes are on."),
    subnet: z
        .string(broken("must be an IPv4 block", "For example 172.30.0.0/16."))
        .default("172.30.0.0/16")
        .describe(
            "Its IPv4 block. The lower half is for nodes, the upper half for load balancers.",
        ),
}).prefault({});

const trust = strict({
    domain: z
        .string(domain)
        .regex(DOMAIN, domain)
        .default("cluster.local")
        .describe("The mesh's trust domain, the first part of every SPIFFE identity."),
    rootValidityDays: days(2).default(3650).describe("Validity of the root certificate, in days."),
    intermediateValidityDays: days(1)
        .default(365)
        .describe("Validity of each cluster's intermediate certificate, in days."),
    keyAlgorithm: z
        .enum(["ECDSA", "RSA"], broken("must be ECDSA or RSA", "ECDSA is P-256, RSA is 4096 bits."))
        .default("ECDSA")
        .describe("Algorithm of the root's and the intermediates' keys."),
}).prefault({});

const chartValues = z
    .record(
        z.string(),
        z.unknown(),
        broken("must be a map of Helm values", "For example {pilot: {resources: {}}}."),
    )
    .default({});
const values = strict({
    base: chartValues.describe("Values for chart base in every cluster."),
    istiod: chartValues.describe("Values for chart istiod in every cluster."),
    gateway: chartValues.describe("Values for chart gateway in every cluster."),
    metallb: chartValues.describe("Values for chart metallb in every cluster."),
}).prefault({});

/** Every key of the namespace. */
const schemas = {
    clusters,
    edges,
    network,
    meshId: label("the mesh's id", 63, "fleet")
        .default("fleet")
        .describe("Istio's mesh id, the same in every cluster."),
    trust,
    values: values.describe("Helm values that win over the defaults and over the bundle's."),
    bundle: z
        .string(broken("must be the path of a bundle.json", "For example ./bundle/bundle.json."))
        .optional()
        .describe("Bundle of images and charts to use instead of the network's."),
};

/** The whole config, checked, with its defaults. */
export const fleetConfig = strict(schemas);
export type FleetConfig = z.output<typeof fleetConfig>;

/** What came of a config: the config when its clusters can be read, and everything wrong with it. */
export interface ParsedConfig {
    /** Keys that were wrong have their defaults here, so that the plan can look for more problems. */
    readonly config?: FleetConfig;
    readonly problems: readonly Problem[];
}

/** Checks raw values by key, as read from a stack's file. */
export function parseConfig(raw: Readonly<Record<string, unknown>>): ParsedConfig {
    const result = fleetConfig.safeParse(raw);
    if (result.success) return { config: result.data, problems: [] };
    const problems = result.error.issues.map((issue) => toProblem(issue, raw));
    const bad = new Set(result.error.issues.map(({ path }) => path[0]));
    const good = Object.entries(raw).filter(([key]) => key in schemas && !bad.has(key));
    const retry = fleetConfig.safeParse(Object.fromEntries(good));
    return retry.success ? { config: retry.data, problems } : { problems };
}

/** Reads the stack's config. The only place that does. */
export function readConfig(config = new pulumi.Config(NAMESPACE)): ParsedConfig {
    const prefix = `${NAMESPACE}:`;
    const raw: Record<string, unknown> = {};
    for (const name of Object.keys(pulumi.runtime.allConfig())) {
        if (!name.startsWith(prefix)) continue;
        const key = name.slice(prefix.length);
        raw[key] = parseValue(config.get(key) ?? "");
    }
    return parseConfig(raw);
}

/**
 * Pulumi hands lists and maps over as JSON, and every scalar as its text. No scalar of ours is
 * anything but text, so a mesh may be called 123.
 */
function parseValue(text: string): unknown {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null ? value : text;
    } catch {
        return text;
    }
}

function toProblem(issue: z.core.$ZodIssue, raw: Readonly<Record<string, unknown>>): Problem {
    const [rule = issue.message, fix = ""] = issue.message.split(SEPARATOR);
    const value = issue.path.reduce<unknown>(
        (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
        raw,
    );
    // The map around an unknown key may hold secrets, in Helm values above all.
    const shown = issue.code === "unrecognized_keys" ? issue.keys : value;
    return { property: formatPath(issue.path), value: shown, rule, fix };
}

function formatPath(path: readonly PropertyKey[]): string {
    const text = path.map((key) =>
        typeof key === "number" ? `[${String(key)}]` : `.${String(key)}`,
    );
    return text.join("").replace(/^\./, "") || NAMESPACE;
}

/** JSON schema of a stack's file, for editors. */
export function stackFileSchema(): object {
    const { properties = {}, required = [] } = z.toJSONSchema(fleetConfig, { io: "input" });
    const prefixed = Object.entries(properties).map(([key, value]) => [
        `${NAMESPACE}:${key}`,
        value,
    ]);
    return {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
            config: {
                type: "object",
                properties: Object.fromEntries(prefixed) as object,
                required: required.map((key) => `${NAMESPACE}:${key}`),
            },
        },
    };
}
