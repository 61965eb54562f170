// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type IstioImages, versions } from "../versions";

/** Every text in a value, however deep. */
function texts(value: unknown): string[] {
    if (typeof value === "string") return [value];
    return Object.values(value as Record<string, unknown>).flatMap(texts);
}

describe("versions", () => {
    it("nowhere says latest", () => {
        expect(texts(versions).filter((text) => /\blatest\b/.test(text))).to.deep.equal([]);
    });

    it("pins the node image by digest", () => {
        expect(versions.nodeImage).to.match(/^kindest\/node:v1\.\d+\.\d+@sha256:[0-9a-f]{64}$/);
    });

    it("gives Istio's charts and images one version", () => {
        const { base, istiod, gateway } = versions.charts;
        const all = [base.version, istiod.version, gateway.version, versions.istioImages.tag];
        expect(new Set(all)).to.deep.equal(new Set([versions.istio]));
    });

    it("lets istiod 1.31 list remote clusters' Secrets: told not to, it ends with a nil pointer", () => {
        const images: readonly IstioImages[] = [versions.istioImages];
        const ending = images.filter((of) => of.tag.startsWith("1.31.") && !of.readsRemoteSecrets);
        expect(ending).to.deep.equal([]);
    });

    it("gives Prometheus Operator and its reloader one version", () => {
        const { prometheusOperator, prometheusConfigReloader } = versions.metricsImages;
        const tags = [prometheusOperator, prometheusConfigReloader].map((image) =>
            image.replace(/^.*:/, ""),
        );
        expect(new Set(tags).size).to.equal(1);
    });

    it("takes every image of the metrics stack at an exact version", () => {
        for (const image of Object.values(versions.metricsImages)) {
            expect(image).to.match(/^[a-z.]+\/[a-z/-]+:v?\d+\.\d+\.\d+$/);
        }
    });

    it("takes every chart from a repository, by https, at an exact version", () => {
        for (const { repository, version } of Object.values(versions.charts)) {
            expect(repository).to.match(/^https:\/\//);
            expect(version).to.match(/^\d+\.\d+\.\d+$/);
        }
    });
});
