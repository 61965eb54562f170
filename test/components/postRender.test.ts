// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { loadAll } from "js-yaml";

const SCRIPT = join(__dirname, "..", "..", "components", "postRender.js");

interface Manifest {
    apiVersion: string;
    kind: string;
    metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
}

const { inInstallOrder, render } = createRequire(__filename)(SCRIPT) as {
    inInstallOrder: (manifests: readonly Manifest[], namespace: string) => Manifest[];
    render: (manifests: string, namespace: string) => string;
};

function manifest(apiVersion: string, kind: string, name: string, namespace?: string): Manifest {
    return {
        apiVersion,
        kind,
        metadata: namespace === undefined ? { name } : { name, namespace },
    };
}

const deployment = manifest("apps/v1", "Deployment", "istiod", "istio-system");
const account = manifest("v1", "ServiceAccount", "istiod", "istio-system");

/** What the workload among manifests waits for. */
function dependencies(...manifests: readonly Manifest[]): string[] | undefined {
    const ordered = inInstallOrder([...manifests, deployment], "release-namespace");
    const annotations = ordered.at(-1)?.metadata.annotations;
    return annotations?.["config.kubernetes.io/depends-on"]?.split(",");
}

describe("inInstallOrder for a Service", () => {
    const service = (annotations?: Record<string, string>): Manifest => ({
        ...manifest("v1", "Service", "istiod"),
        metadata: { name: "istiod", ...(annotations ? { annotations } : {}) },
    });
    const annotationsOf = (of: Manifest) => inInstallOrder([of], "n")[0]?.metadata.annotations;

    it("leaves out the provider's wait, and keeps its other annotations", () => {
        expect(annotationsOf(service({ a: "b" }))).to.deep.equal({
            a: "b",
            "pulumi.com/skipAwait": "true",
        });
    });

    it("leaves out the wait of one without annotations", () => {
        expect(annotationsOf(service())).to.deep.equal({ "pulumi.com/skipAwait": "true" });
    });

    it("keeps a wait that the chart's values ask for", () => {
        const annotations = { "pulumi.com/waitFor": "jsonpath={.status}" };
        expect(annotationsOf(service(annotations))).to.deep.equal(annotations);
    });
});

describe("inInstallOrder", () => {
    const references: [Manifest, string][] = [
        [account, "/namespaces/istio-system/ServiceAccount/istiod"],
        [manifest("v1", "Secret", "s", "ns"), "/namespaces/ns/Secret/s"],
        [manifest("v1", "ConfigMap", "c"), "/namespaces/release-namespace/ConfigMap/c"],
        [
            manifest("rbac.authorization.k8s.io/v1", "ClusterRole", "role"),
            "rbac.authorization.k8s.io/ClusterRole/role",
        ],
        [
            manifest("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "binding"),
            "rbac.authorization.k8s.io/ClusterRoleBinding/binding",
        ],
        [
            manifest("rbac.authorization.k8s.io/v1", "Role", "role", "ns"),
            "rbac.authorization.k8s.io/namespaces/ns/Role/role",
        ],
        [
            manifest("rbac.authorization.k8s.io/v1", "RoleBinding", "binding", "ns"),
            "rbac.authorization.k8s.io/namespaces/ns/RoleBinding/binding",
        ],
    ];
    for (const [before, reference] of references) {
        it(`lets a workload wait for a ${before.kind}`, () => {
            expect(dependencies(before)).to.deep.equal([reference]);
        });
    }

    for (const kind of ["Service", "Deployment", "ValidatingWebhookConfiguration", "Gateway"]) {
        it(`lets no workload wait for a ${kind}`, () => {
            expect(dependencies(manifest("x/v1", kind, "other", "ns"))).to.equal(undefined);
        });
    }

    it("lets a workload wait for everything before it, wherever that stands", () => {
        const secret = manifest("v1", "Secret", "s", "ns");
        const ordered = inInstallOrder([account, deployment, secret], "ns");
        expect(ordered[1]?.metadata.annotations).to.deep.equal({
            "config.kubernetes.io/depends-on":
                "/namespaces/istio-system/ServiceAccount/istiod,/namespaces/ns/Secret/s",
        });
    });

    for (const kind of ["Deployment", "DaemonSet", "StatefulSet"]) {
        it(`takes a ${kind} for a workload`, () => {
            const [, workload] = inInstallOrder([account, manifest("apps/v1", kind, "w")], "ns");
            expect(workload?.metadata.annotations).to.deep.equal({
                "config.kubernetes.io/depends-on": "/namespaces/istio-system/ServiceAccount/istiod",
            });
        });
    }

    it("keeps the workload's other annotations", () => {
        const annotated = {
            ...deployment,
            metadata: { ...deployment.metadata, annotations: { a: "b" } },
        };
        const [, workload] = inInstallOrder([account, annotated], "ns");
        expect(workload?.metadata.annotations).to.deep.equal({
            a: "b",
            "config.kubernetes.io/depends-on": "/namespaces/istio-system/ServiceAccount/istiod",
        });
    });

    it("leaves everything but workloads and Services as it is, and in its place", () => {
        const gateway = manifest("networking.istio.io/v1", "Gateway", "g");
        const [first, , third] = inInstallOrder([account, deployment, gateway], "ns");
        expect(first).to.equal(account);
        expect(third).to.equal(gateway);
    });
});

describe("render", () => {
    it("leaves out documents that say nothing", () => {
        const text = "---\n# nothing\n---\nkind: Gateway\nmetadata: {name: s}\n---\n";
        expect(render(text, "ns")).to.equal("---\nkind: Gateway\nmetadata: {name: s}\n");
    });

    it("leaves out documents of null", () => {
        expect(render("---\nnull\n---\n~\n", "ns")).to.equal("");
    });

    it("leaves out CRDs", () => {
        const crd = "# Source: c\nkind: CustomResourceDefinition\nmetadata: {name: c}";
        const text = `${crd}\n---\nkind: Gateway\nmetadata: {name: g}\n---\n${crd}\n`;
        expect(render(text, "ns")).to.equal("---\nkind: Gateway\nmetadata: {name: g}\n");
    });

    it("keeps what only speaks of CRDs", () => {
        const text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\nrules:\n- kind: CustomResourceDefinition";
        expect(render(text, "ns")).to.equal(`---\n${text}\n`);
    });

    it("keeps a document that is indented", () => {
        const text = "  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: c}";
        expect(render(`---\n# Source: c\n${text}\n`, "ns")).to.equal(`---\n# Source: c\n${text}\n`);
        expect(render(`---\n\n${text}\n\n`, "ns")).to.equal(`---\n${text}\n`);
    });

    it("is empty for a chart that renders nothing", () => {
        expect(render("", "ns")).to.equal("");
    });

    it("passes on what it doesn't change, letter by letter", () => {
        const text =
            "# Source: c\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: 2026-01-02, b: 1:30}";
        expect(render(`---\n${text}\n`, "ns")).to.equal(`---\n${text}\n`);
    });

    it("keeps a line of dashes inside a text", () => {
        const text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  a: |\n    ---\n    b";
        expect(render(text, "ns")).to.equal(`---\n${text}\n`);
    });

    it("parts documents at dashes with a comment", () => {
        const [a, b] = ["kind: A\nmetadata: {name: a}", "kind: B\nmetadata: {name: b}"] as const;
        expect(render(`${a}\n--- # next\n${b}\n`, "ns")).to.equal(`---\n${a}\n---\n${b}\n`);
    });

    it("reads plain words as Helm does, in YAML 1.1", () => {
        const text = 'kind: Service\nmetadata: {name: s}\ndata: {a: on, b: "on", c: 010}\n';
        expect(render(text, "ns")).to.equal(
            '---\n{"kind":"Service","metadata":{"name":"s","annotations":{"pulumi.com/skipAwait":"true"}},"data":{"a":true,"b":"on","c":8}}\n',
        );
    });
});

describe("postRender.js", () => {
    it("renders standard input to standard output, for the namespace in its argument", () => {
        const input = [manifest("v1", "ConfigMap", "c"), deployment]
            .map((document) => JSON.stringify(document))
            .join("\n---\n");
        const { stdout, status } = spawnSync(process.execPath, [SCRIPT, "release"], {
            input,
            encoding: "utf8",
        });
        expect(status).to.equal(0);
        expect(loadAll(stdout)).to.deep.equal([
            manifest("v1", "ConfigMap", "c"),
            {
                ...deployment,
                metadata: {
                    ...deployment.metadata,
                    annotations: {
                        "config.kubernetes.io/depends-on": "/namespaces/release/ConfigMap/c",
                    },
                },
            },
        ]);
    });

    it("fails for what is no YAML", () => {
        const { status } = spawnSync(process.execPath, [SCRIPT, "release"], { input: "{" });
        expect(status).not.to.equal(0);
    });
});
