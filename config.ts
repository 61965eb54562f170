// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { metrics } from "./config/metrics";
import { SEPARATOR, broken, days, label, strict } from "./config/rules";
import { parseRange } from "./plan/ipv4";
import type { Problem } from "./plan/problem";

/**
 * The stack config (namespace `istio-fleet`): one schema gives the types, the check at run time and
 * the JSON schema for editors. What one value can say about itself is checked here; what needs
 * several of them (names twice, unknown clusters in edges, addresses) is checked by the plan.
 */

const NAMESPACE = "istio-fleet";

/** A node's host name is `<name>-control-plane`, which must stay within a label's 63 characters. */
const NAME_LENGTH = 49;

const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const domain = broken("must be a DNS name in lower case", "For example cluster.local.");

const noPath = broken("must be the path of a kubeconfig", "For example ./cluster-1.kubeconfig.");
const noContext = broken(
    "must be the name of a context",
    "kubectl config get-contexts lists them.",
);
const notServer = broken(
    "must be the URL of an API server that other clusters reach",
    "For example https://10.0.0.5:6443.",
);
const notAddresses = broken(
    'must be IPv4 addresses as "first-last" or a CIDR block',
    "For example 10.0.0.10-10.0.0.50.",
);
const loadBalancerMessage = broken(
    'must be "provided" or a map with addresses',
    "For example loadBalancer: {addresses: 10.0.0.10-10.0.0.50} for MetalLB, or provided where the cluster balances load itself.",
);

const existing = strict({
    kubeconfig: z.string(noPath).min(1, noPath).describe("Path of a kubeconfig, from this folder."),
    context: z
        .string(noContext)
        .min(1, noContext)
        .optional()
        .describe("Context of the kubeconfig. Defaults to its current one."),
    server: z
        .url({ protocol: /^https$/, ...notServer })
        .optional()
        .describe(
            "URL of the API server for the other clusters. Defaults to the kubeconfig's, unless that is local to a machine.",
        ),
    loadBalancer: z
        .union(
            [
                z.literal("provided"),
                strict({
                    addresses: z
                        .string(notAddresses)
                        .refine((text) => parseRange(text) !== undefined, notAddresses),
                }),
            ],
            loadBalancerMessage,
        )
        .describe(
            "Who gives services their addresses: the cluster itself (provided), or MetalLB with these addresses.",
        ),
});

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
    metrics: metrics
        .optional()
        .describe("How the fleet is measured. Absent: there is no metrics stack."),
    values: values.describe("Helm values that win over the defaults and over the bundle's."),
    bundle: z
        .string(broken("must be the path of a bundle.json", "For example ./bundle/bundle.json."))
        .optional()
        .describe("Bundle of images and charts to use instead of the network's."),
};

/** The whole config, checked, with its defaults. */
export const fleetConfig = strict(schemas);
export type FleetConfig = z.output<typeof fleetConfig>;

/** A cluster that somebody else made. */
export type ExistingConfig = z.output<typeof existing>;

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
    const shown = issue.code === "unrecognized_keys" ? issue.keys : withoutUser(value);
    return { property: formatPath(issue.path), value: shown, rule, fix };
}

/** A URL without its user and password; anything else as it is. */
function withoutUser(value: unknown): unknown {
    return typeof value === "string" ? value.replace(/\/\/[^/@]*@/, "//***@") : value;
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
