// SPDX-License-Identifier: Apache-2.0
// @ts-check
/*
 * A post-renderer for charts, run by the provider: manifests from standard input to standard output,
 * the release's namespace as the argument. Plain JavaScript, for it runs outside the program.
 *
 * Helm installs a chart's objects in an order of kinds, accounts and configuration before workloads.
 * helm.v4.Chart keeps only CRDs before their objects and namespaces before their content, and makes
 * all else side by side. A pod then starts before its CRDs are there and crash-loops; istiod starts
 * without the optional volume of its injector template, and never injects. The provider does honour
 * the annotation config.kubernetes.io/depends-on, so Helm's order is given back by it.
 */
const { text } = require("node:stream/consumers");
const { loadAll, YAML11_SCHEMA } = require("js-yaml");

const DEPENDS_ON = "config.kubernetes.io/depends-on";

const WORKLOADS = new Set(["Deployment", "DaemonSet", "StatefulSet"]);

/** Helm's kinds before workloads. Not Service: the provider lets it wait for the workload's pods. */
const BEFORE = new Set([
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
]);

const CLUSTER_SCOPED = new Set(["CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding"]);

/**
 * @typedef {{name: string, namespace?: string, annotations?: Record<string, string>}} Metadata
 * @typedef {{clientConfig?: {service?: {name?: string}}}} Webhook
 * @typedef {{apiVersion: string, kind: string, metadata: Metadata, webhooks?: Webhook[]}} Manifest
 */

/**
 * The manifests, the workloads among them made to wait for what Helm installs first, and the Services
 * of webhooks for the workloads.
 *
 * @param {readonly Manifest[]} manifests
 * @param {string} namespace of the release, where an object names none
 * @returns {Manifest[]}
 */
function inInstallOrder(manifests, namespace) {
    const references = manifests
        .filter(({ kind }) => BEFORE.has(kind))
        .map((manifest) => reference(manifest, namespace));
    const workloads = manifests
        .filter(({ kind }) => WORKLOADS.has(kind))
        .map((manifest) => reference(manifest, namespace));
    const webhooks = new Set(manifests.flatMap(webhookServices));
    return manifests.map((manifest) => {
        if (WORKLOADS.has(manifest.kind)) return dependingOn(manifest, references);
        // Made before its pods, a Service passes the provider's wait while it has no endpoints, and
        // whoever calls the webhook next is refused.
        if (webhooks.size > 0 && isNamed(manifest, "Service", webhooks)) {
            return dependingOn(manifest, workloads);
        }
        return manifest;
    });
}

/**
 * @param {Manifest} manifest
 * @param {string} kind
 * @param {ReadonlySet<string>} names
 */
function isNamed(manifest, kind, names) {
    return manifest.kind === kind && names.has(manifest.metadata.name);
}

/**
 * Names of the Services that a webhook configuration calls.
 *
 * @param {Manifest} manifest
 * @returns {string[]}
 */
function webhookServices({ kind, webhooks }) {
    if (!kind.endsWith("WebhookConfiguration")) return [];
    return (webhooks ?? []).flatMap(({ clientConfig }) => clientConfig?.service?.name ?? []);
}

/**
 * How cli-utils names an object: group/namespaces/namespace/kind/name, or group/kind/name.
 *
 * @param {Manifest} manifest
 * @param {string} namespace
 */
function reference({ apiVersion, kind, metadata }, namespace) {
    const group = apiVersion.includes("/") ? apiVersion.split("/")[0] : "";
    const scope = CLUSTER_SCOPED.has(kind) ? [] : ["namespaces", metadata.namespace ?? namespace];
    return [group, ...scope, kind, metadata.name].join("/");
}

/**
 * @param {Manifest} manifest
 * @param {readonly string[]} references
 * @returns {Manifest}
 */
function dependingOn(manifest, references) {
    if (references.length === 0) return manifest;
    const annotations = { ...manifest.metadata.annotations, [DEPENDS_ON]: references.join(",") };
    return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/**
 * A chart's manifests in install order. Read as Helm reads them, YAML 1.1, and written as JSON,
 * which leaves nothing to another reader's idea of plain strings.
 *
 * @param {string} manifests
 * @param {string} namespace
 */
function render(manifests, namespace) {
    const documents = /** @type {(Manifest | null | undefined)[]} */ (
        loadAll(manifests, { schema: YAML11_SCHEMA })
    );
    // A template that has nothing to say leaves an empty document.
    const present = documents.filter((document) => document !== null && document !== undefined);
    return inInstallOrder(present, namespace)
        .map((manifest) => `---\n${JSON.stringify(manifest)}\n`)
        .join("");
}

async function main() {
    process.stdout.write(render(await text(process.stdin), process.argv[2] ?? "default"));
}

if (require.main === module) void main();

module.exports = { inInstallOrder, render };
