// SPDX-License-Identifier: Apache-2.0
// @ts-check
/*
 * A post-renderer for charts, run by the provider: manifests from standard input to standard output,
 * the release's namespace as the argument. Plain JavaScript, for it runs outside the program.
 *
 * CRDs are left out: Crds applies them, before everything else in the cluster.
 *
 * Helm installs a chart's objects in an order of kinds, accounts and configuration before workloads.
 * helm.v4.Chart keeps only namespaces before their content, and makes all else side by side. istiod
 * then starts without the optional volume of its injector template, and never injects. The provider
 * does honour the annotation config.kubernetes.io/depends-on, so Helm's order is given back by it.
 *
 * The provider's own wait for a Service takes ten seconds after the last change of its endpoints. The
 * workloads are waited for anyway, so a Service is not, unless the chart's values say for what.
 */
const { text } = require("node:stream/consumers");
const { load, YAML11_SCHEMA } = require("js-yaml");

const DEPENDS_ON = "config.kubernetes.io/depends-on";
const SKIP_AWAIT = "pulumi.com/skipAwait";
const WAIT_FOR = "pulumi.com/waitFor";

const WORKLOADS = new Set(["Deployment", "DaemonSet", "StatefulSet"]);

/** Helm's kinds before workloads. Not Service, which no pod needs to start. */
const BEFORE = new Set([
    "ServiceAccount",
    "Secret",
    "ConfigMap",
    "ClusterRole",
    "ClusterRoleBinding",
    "Role",
    "RoleBinding",
]);

const CLUSTER_SCOPED = new Set(["ClusterRole", "ClusterRoleBinding"]);

const IS_CRD = /^kind:[ \t]*CustomResourceDefinition[ \t]*$/m;

/**
 * @typedef {{name: string, namespace?: string, annotations?: Record<string, string>}} Metadata
 * @typedef {{apiVersion: string, kind: string, metadata: Metadata}} Manifest
 */

/**
 * The manifests, the workloads among them made to wait for what Helm installs first, and the Services
 * not waited for.
 *
 * @param {readonly Manifest[]} manifests
 * @param {string} namespace of the release, where an object names none
 * @returns {Manifest[]}
 */
function inInstallOrder(manifests, namespace) {
    const first = manifests
        .filter(({ kind }) => BEFORE.has(kind))
        .map((manifest) => reference(manifest, namespace))
        .join(",");
    return manifests.map((manifest) => {
        if (WORKLOADS.has(manifest.kind) && first !== "") {
            return annotated(manifest, { [DEPENDS_ON]: first });
        }
        if (
            manifest.kind === "Service" &&
            manifest.metadata.annotations?.[WAIT_FOR] === undefined
        ) {
            return annotated(manifest, { [SKIP_AWAIT]: "true" });
        }
        return manifest;
    });
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
 * @param {Record<string, string>} more
 * @returns {Manifest}
 */
function annotated(manifest, more) {
    const annotations = { ...manifest.metadata.annotations, ...more };
    return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}

/**
 * A chart's manifests in install order. They are read as Helm reads them, YAML 1.1; what is not
 * changed is passed on as it stands, so that no date or number turns into something else.
 *
 * @param {string} manifests
 * @param {string} namespace
 */
function render(manifests, namespace) {
    const documents = manifests
        .split(/^---[ \t]*(?:#.*)?$/m)
        .filter((text) => /^[ \t]*[^#\s]/m.test(text))
        // Before they are read: they are long.
        .filter((text) => !IS_CRD.test(text))
        .map((text) => ({ text, manifest: load(text, { schema: YAML11_SCHEMA }) }))
        // A template that has nothing to say leaves an empty document.
        .filter(({ manifest }) => manifest !== null);
    const read = documents.map(({ manifest }) => /** @type {Manifest} */ (manifest));
    return inInstallOrder(read, namespace)
        .map((manifest, index) =>
            manifest === read[index]
                ? documents[index]?.text.replace(/^\s*\n|\s+$/g, "")
                : JSON.stringify(manifest),
        )
        .map((document) => `---\n${document}\n`)
        .join("");
}

async function main() {
    process.stdout.write(render(await text(process.stdin), process.argv[2] ?? "default"));
}

if (require.main === module) void main();

module.exports = { inInstallOrder, render };
