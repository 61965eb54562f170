// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { parseBundle, readSources, upstream } from "../bundle";
import { versions } from "../versions";
import { messageOf } from "./helpers/errors";

const metricsImages = {
    prometheusOperator: "operator:1",
    prometheusConfigReloader: "reloader:1",
    prometheus: "prometheus:v3.15.0",
    thanos: "thanos:1",
};

const minimal = {
    schema: 1,
    versions: { istio: "1.32-dev" },
    kind: { nodeImage: "istio-fleet/node:1" },
    charts: {
        base: "charts/base",
        istiod: "./charts/istiod",
        gateway: "../gateway",
        metallb: "/charts/metallb",
        prometheusOperatorCrds: "charts/crds",
    },
    istio: { hub: "docker.io/istio", tag: "1.32-dev" },
    values: {},
    images: { probe: "agnhost:1", ...metricsImages },
};

describe("parseBundle", () => {
    it("resolves paths against the bundle's folder", () => {
        expect(parseBundle(minimal, "/bundle").charts).to.deep.equal({
            base: { chart: "/bundle/charts/base" },
            istiod: { chart: "/bundle/charts/istiod" },
            gateway: { chart: "/gateway" },
            metallb: { chart: "/charts/metallb" },
            prometheusOperatorCrds: { chart: "/bundle/charts/crds" },
        });
    });

    it("fills in what a bundle need not say", () => {
        const { node, values, ...rest } = parseBundle(minimal, "/bundle");
        expect(node).to.deep.equal({
            nodeImage: "istio-fleet/node:1",
            disableDefaultCNI: false,
            featureGates: {},
            kubeadmConfigPatches: [],
            containerdConfigPatches: [],
        });
        expect(values).to.deep.equal({ base: {}, istiod: {}, gateway: {}, metallb: {} });
        expect(rest.istio).to.deep.equal({ ...minimal.istio, readsRemoteSecrets: true });
        expect(rest.metricsImages).to.deep.equal(metricsImages);
        expect(rest).not.to.have.property("telemetry");
    });

    it("passes on everything that a bundle says", () => {
        const kind = {
            nodeImage: "istio-fleet/node:2",
            disableDefaultCNI: true,
            featureGates: { KubeletInUserNamespace: true },
            kubeadmConfigPatches: ["kind: KubeletConfiguration"],
            containerdConfigPatches: ["[plugins]"],
        };
        const values = {
            base: { a: 1 },
            istiod: { global: { imagePullPolicy: "IfNotPresent" } },
            gateway: { b: 2 },
            metallb: { c: 3 },
        };
        const images = { ...minimal.images, grafana: "grafana:1" };
        const telemetry = {
            envoyFilterSpec: { configPatches: [] },
            metricRelabelings: [{ action: "labeldrop", regex: "x" }],
        };
        const istio = { ...minimal.istio, readsRemoteSecrets: false };
        const bundle = { ...minimal, kind, istio, values, images, telemetry };
        const { charts, ...rest } = parseBundle(bundle, "/bundle");
        expect(charts.base).to.deep.equal({ chart: "/bundle/charts/base" });
        expect(rest).to.deep.equal({
            node: kind,
            istio,
            values,
            probeImage: "agnhost:1",
            metricsImages: { ...metricsImages, grafana: "grafana:1" },
            telemetry,
        });
    });

    const bad: [string, unknown, string][] = [
        ["another schema", { ...minimal, schema: 2 }, "✖ Invalid input: expected 1\n  → at schema"],
        [
            "a missing part",
            { ...minimal, images: undefined },
            "✖ Invalid input: expected object, received undefined\n  → at images",
        ],
        [
            "a missing property",
            { ...minimal, kind: {} },
            "✖ Invalid input: expected string, received undefined\n  → at kind.nodeImage",
        ],
        ["a key that is not known", { ...minimal, chart: "x" }, '✖ Unrecognized key: "chart"'],
        ["something else altogether", "x", "✖ Invalid input: expected object, received string"],
        [
            "several errors at once",
            { ...minimal, kind: {}, images: { ...metricsImages, prometheus: undefined } },
            "✖ Invalid input: expected string, received undefined\n  → at kind.nodeImage\n" +
                "✖ Invalid input: expected string, received undefined\n  → at images.probe\n" +
                "✖ Invalid input: expected string, received undefined\n  → at images.prometheus",
        ],
    ];
    for (const [what, content, errors] of bad) {
        it(`refuses ${what}`, async () => {
            const message = await messageOf(() => parseBundle(content, "/bundle"));
            expect(message).to.equal(`bundle: not a bundle of schema 1:\n${errors}`);
        });
    }
});

describe("readSources", () => {
    let folder = "";
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
    });
    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("takes the upstream sources without a path", () => {
        expect(readSources(undefined)).to.equal(upstream);
    });

    it("reads a bundle from its file", () => {
        const path = join(folder, "bundle.json");
        writeFileSync(path, JSON.stringify(minimal));
        expect(readSources(path)).to.deep.equal(parseBundle(minimal, folder));
    });

    it("says that there is no such file, and what to do", async () => {
        const path = join(folder, "missing.json");
        expect(await messageOf(() => readSources(path))).to.equal(
            `bundle: "${path}" must be a readable JSON file: ` +
                `Error: ENOENT: no such file or directory, open '${path}'. ` +
                "Make it with `npm run lab -- build`, or remove the bundle from the config.",
        );
    });

    it("names a file that is no JSON", () => {
        const path = join(folder, "broken.json");
        writeFileSync(path, "{");
        expect(() => readSources(path)).to.throw(
            Error,
            `bundle: "${path}" must be a readable JSON file: SyntaxError: `,
        );
    });
});

describe("upstream", () => {
    it("uses the versions of versions.ts", () => {
        expect(upstream).to.deep.equal({
            node: {
                nodeImage: versions.nodeImage,
                disableDefaultCNI: false,
                featureGates: {},
                kubeadmConfigPatches: [],
                containerdConfigPatches: [],
            },
            charts: versions.charts,
            istio: versions.istioImages,
            values: { base: {}, istiod: {}, gateway: {}, metallb: {} },
            probeImage: versions.probeImage,
            metricsImages: versions.metricsImages,
        });
    });
});
