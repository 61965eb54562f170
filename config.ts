// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { existing } from "./config/existing";
import { metrics } from "./config/metrics";
import { MAX_DEPTH, SEPARATOR, broken, isShallow, label, pathText, strict } from "./config/rules";
import { trust } from "./config/trust";
import type { Problem } from "./plan/problem";
import { withoutUser } from "./plan/shown";

/**
 * The stack config (namespace `istio-fleet`): one schema gives the types, the check at run time and
 * the JSON schema for editors. What one value can say about itself is checked here; what needs
 * several of them (names twice, unknown clusters in edges, addresses) is checked by the plan.
 */

const NAMESPACE = "istio-fleet";

/** A node's host name is `<name>-control-plane`, which must stay within a label's 63 characters. */
const NAME_LENGTH = 49;

/** A pod subnet holds 16 nodes. */
const MAX_WORKERS = 15;
const workersMessage = broken(
    `must be a whole number from 0 to ${String(MAX_WORKERS)}`,
    "It counts the nodes beside the control plane.",
);

const cluster = strict({
    name: label("the cluster's name", NAME_LENGTH, "cluster-1").describe(
        "Name of the cluster: also the Istio cluster name and the kind name.",
    ),
    network: label("Istio's network", 63, "network-1")
        .optional()
        .describe(
            "Istio's network. Defaults to the cluster's name. Clusters that share one are flat: routed pod to pod, without gateways.",
        ),
    primary: z
        .string(broken("must be the name of a cluster", "For example cluster-1."))
        .optional()
        .describe(
            "Cluster whose istiod serves this one. Defaults to itself; another name makes it a remote of that primary.",
        ),
    workers: z
        .int(workersMessage)
        .min(0, workersMessage)
        .max(MAX_WORKERS, workersMessage)
        .default(0)
        .describe("Nodes beside the control plane, of a kind cluster."),
    existing: existing
        .optional()
        .describe("A cluster that somebody else made, instead of a kind cluster."),
    index: z
        .int(broken("must be a whole number from 0", "Leave it out to derive it from the name."))
        .min(0, broken("must be a whole number from 0", "Leave it out to derive it from the name."))
        .optional()
        .describe(
            "Place in the address plan. Defaults to a hash of the name; needed only when two names collide.",
        ),
});

/** As many as there are addresses for. The edges of a full mesh of more are too many to be listed. */
const MAX_CLUSTERS = 2048;
const clusters = z
    .array(
        cluster,
        broken("must be a list of clusters", "For example clusters: [{name: a}, {name: b}]."),
    )
    .min(1, broken("must have at least one cluster", "For example clusters: [{name: a}]."))
    .max(
        MAX_CLUSTERS,
        broken(`must have at most ${String(MAX_CLUSTERS)} clusters`, "Make several fleets."),
    )
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
/** It travels in the environment of commands, which holds no text of any length. */
const DOCKER_NAME_LENGTH = 128;
const dockerName = broken(
    `must be a docker network name: up to ${String(DOCKER_NAME_LENGTH)} letters, digits, "_", "." and "-", the first a letter or digit`,
    "For example istio-fleet.",
);
const network = strict({
    name: z
        .string(dockerName)
        .regex(DOCKER_NAME, dockerName)
        .max(DOCKER_NAME_LENGTH, dockerName)
        .default("istio-fleet")
        .describe("Name of the docker network that all nodes are on."),
    subnet: z
        .string(broken("must be an IPv4 block", "For example 172.30.0.0/16."))
        .default("172.30.0.0/16")
        .describe(
            "Its IPv4 block. The lower half is for nodes, the upper half for load balancers.",
        ),
}).prefault({});

const deepValues = broken(
    `must be nested at most ${String(MAX_DEPTH)} deep`,
    "What reads Helm values gives up on deeper ones.",
);
const chartValues = z
    .record(
        z.string(),
        z.unknown(),
        broken("must be a map of Helm values", "For example {pilot: {resources: {}}}."),
    )
    .refine((map) => isShallow(map), deepValues)
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
    metrics: metrics
        .optional()
        .describe("How the fleet is measured. Absent: there is no metrics stack."),
    values: values.describe("Helm values that win over the defaults and over the bundle's."),
    bundle: pathText(
        broken("must be the path of a bundle.json", "For example ./bundle/bundle.json."),
    )
        .optional()
        .describe("Bundle of images and charts to use instead of the network's."),
};

/** The whole config, checked, with its defaults. */
export const fleetConfig = strict(schemas);
export type FleetConfig = z.output<typeof fleetConfig>;

export type { ExistingConfig } from "./config/existing";

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
    const good = Object.entries(raw).filter(
        ([key]) => Object.hasOwn(schemas, key) && !bad.has(key),
    );
    const retry = fleetConfig.safeParse(Object.fromEntries(good));
    return retry.success ? { config: retry.data, problems } : { problems };
}

/** Reads the stack's config. The only place that does. */
export function readConfig(config = new pulumi.Config(NAMESPACE)): ParsedConfig {
    const prefix = `${NAMESPACE}:`;
    const keys = Object.keys(pulumi.runtime.allConfig())
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
    // Any key stays one, "__proto__" too.
    const raw = keys.map((key) => [key, parseValue(config.get(key) ?? "")] as const);
    return parseConfig(Object.fromEntries(raw));
}

/**
 * Pulumi hands lists and maps over as JSON, and every scalar as its text. No scalar of ours is
 * anything but text, so a mesh may be called 123.
 */
export function parseValue(text: string): unknown {
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
    const shown =
        issue.code === "unrecognized_keys" ? issue.keys : withoutSecrets(value, issue.path);
    return { property: formatPath(issue.path), value: shown, rule, fix };
}

/** What of a value may be shown: of a URL not its user, of Helm values nothing that says anything. */
function withoutSecrets(value: unknown, [key]: readonly PropertyKey[]): unknown {
    const text = typeof value === "string";
    if (key !== "values") return text ? withoutUser(value) : value;
    const full = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    return text || full ? "***" : value;
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
