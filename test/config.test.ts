// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parseConfig, readConfig, stackFileSchema } from "../config";
import { KEYS } from "./helpers/rules";

const defaults = {
    edges: "full-mesh",
    network: { name: "istio-fleet", subnet: "172.30.0.0/16" },
    meshId: "fleet",
    trust: {
        domain: "cluster.local",
        rootValidityDays: 3650,
        intermediateValidityDays: 365,
        keyAlgorithm: "ECDSA",
        root: 1,
    },
    values: { base: {}, istiod: {}, gateway: {}, metallb: {} },
};

/** An existing cluster with what is required, and whatever else is given. */
const existing = (keys: object): object => ({
    name: "a",
    existing: { kubeconfig: "k", loadBalancer: "provided", ...keys },
});

describe("parseConfig", () => {
    it("fills in every default", () => {
        expect(parseConfig({ clusters: [{ name: "a" }] })).to.deep.equal({
            config: { clusters: [{ name: "a", workers: 0 }], ...defaults },
            problems: [],
        });
    });

    it("keeps everything that is given", () => {
        const given = {
            clusters: [
                { name: "a", index: 0, network: "n".repeat(63), workers: 15 },
                { name: "a".repeat(49), primary: "a", workers: 0 },
                {
                    name: "lan",
                    workers: 0,
                    existing: {
                        kubeconfig: "../lan.kubeconfig",
                        context: "admin@lan",
                        server: "https://192.168.7.2:6443",
                        loadBalancer: { addresses: "192.168.7.64-192.168.7.127" },
                    },
                },
            ],
            edges: ["a -> b"],
            network: { name: "My.net_1-x", subnet: "192.168.0.0/24" },
            meshId: "m",
            trust: {
                domain: "mesh.example.com",
                rootValidityDays: 2,
                intermediateValidityDays: 1,
                intermediateRenewalDays: 1,
                keyAlgorithm: "RSA",
                root: 7,
                rotation: "issue-next",
                externalRoot: { certificates: "roots.pem", intermediates: "../signed" },
                edgeTokenHours: 24,
                edgeTokenNoticeHours: 5,
            },
            values: {
                base: { a: 1 },
                istiod: { b: [2] },
                gateway: { c: null },
                metallb: { d: { e: "f" } },
            },
            bundle: "bundle.json",
        };
        expect(parseConfig(given)).to.deep.equal({ config: given, problems: [] });
    });

    const good: Record<string, unknown>[] = [
        { edges: "full-mesh" },
        { trust: { keyAlgorithm: "ECDSA" } },
        { trust: { rootValidityDays: 36_500, intermediateValidityDays: 36_499 } },
        { trust: { domain: "9a-9.9a-9" } },
        { trust: { root: 1000, rotation: "trust-next" } },
        { trust: { edgeTokenHours: 2 } },
        { trust: { edgeTokenHours: 87_600, edgeTokenNoticeHours: 1 } },
        { meshId: "9a-9" },
        { network: { name: "9" } },
        { clusters: [{ name: "9a-9" }, { name: "9" }] },
        { clusters: [existing({ loadBalancer: "provided" })] },
        { clusters: [existing({ loadBalancer: { addresses: "192.168.7.0/24" } })] },
        { clusters: [existing({ server: "https://api.example.com/k8s" })] },
    ];
    for (const config of good) {
        it(`accepts ${JSON.stringify(config)}`, () => {
            expect(parseConfig({ clusters: [{ name: "a" }], ...config }).problems).to.deep.equal(
                [],
            );
        });
    }

    it("puts the default for a key that is wrong, for the plan to go on", () => {
        const { config } = parseConfig({ clusters: [{ name: "a" }], meshId: "A" });
        expect(config).to.deep.equal({ clusters: [{ name: "a", workers: 0 }], ...defaults });
    });

    it("has no config without clusters that can be read", () => {
        expect(parseConfig({ clusters: [{ name: "A" }] })).not.to.have.property("config");
    });
});

describe("readConfig", () => {
    afterEach(() => {
        pulumi.runtime.setAllConfig({});
    });

    it("reads texts, and structures that Pulumi gives as JSON", () => {
        pulumi.runtime.setAllConfig({
            "istio-fleet:clusters": '[{"name":"a"},{"name":"b","index":3}]',
            "istio-fleet:meshId": "mesh-1",
            "istio-fleet:trust": '{"rootValidityDays":400}',
        });
        expect(readConfig()).to.deep.equal({
            config: {
                ...defaults,
                clusters: [
                    { name: "a", workers: 0 },
                    { name: "b", index: 3, workers: 0 },
                ],
                meshId: "mesh-1",
                trust: { ...defaults.trust, rootValidityDays: 400 },
            },
            problems: [],
        });
    });

    for (const meshId of ["123", "true", "null"]) {
        it(`reads the text ${meshId} as text`, () => {
            pulumi.runtime.setAllConfig({
                "istio-fleet:clusters": '[{"name":"a"}]',
                "istio-fleet:meshId": meshId,
            });
            expect(readConfig().config?.meshId).to.equal(meshId);
        });
    }

    it("leaves other namespaces alone", () => {
        pulumi.runtime.setAllConfig({
            "istio-fleet:clusters": '[{"name":"a"}]',
            "kubernetes:kubeconfig": "x",
            "istio-fleeting:x": "y",
        });
        expect(readConfig().problems).to.deep.equal([]);
    });

    it("takes any key for one", () => {
        pulumi.runtime.setAllConfig(
            Object.fromEntries([
                ["istio-fleet:clusters", '[{"name":"a"}]'],
                ["istio-fleet:__proto__", '{"edges":[]}'],
            ]),
        );
        const { config, problems } = readConfig();
        expect(config?.edges).to.equal("full-mesh");
        expect(problems.map(({ value }) => value)).to.deep.equal([["__proto__"]]);
    });

    it("finds keys that are not known", () => {
        pulumi.runtime.setAllConfig({
            "istio-fleet:clusters": '[{"name":"a"}]',
            "istio-fleet:cluster": "a",
        });
        expect(readConfig().problems.map(({ fix }) => fix)).to.deep.equal([
            `Did you mean "clusters" instead of "cluster"? Known: ${KEYS}.`,
        ]);
    });
});

describe("stackFileSchema", () => {
    const schema = stackFileSchema() as {
        properties: {
            config: {
                required: string[];
                properties: Record<string, { additionalProperties?: boolean; default?: unknown }>;
            };
        };
    };
    const { required, properties } = schema.properties.config;

    it("is about the map of config in a file that is a map", () => {
        expect(schema).to.deep.include({
            $schema: "https://json-schema.org/draft/2020-12/schema",
            type: "object",
        });
        expect(schema.properties.config).to.include({ type: "object" });
    });

    it("is what schema.json says: npm run schema", () => {
        const text = readFileSync(join(__dirname, "..", "schema.json"), "utf8");
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(JSON.stringify(schema)));
    });

    it("describes every key, under its namespace", () => {
        expect(Object.keys(properties)).to.have.members(
            KEYS.split(", ").map((key) => `istio-fleet:${key}`),
        );
    });

    it("requires clusters alone", () => {
        expect(required).to.deep.equal(["istio-fleet:clusters"]);
    });

    it("shows defaults", () => {
        expect(properties["istio-fleet:meshId"]?.default).to.equal("fleet");
    });

    it("allows no other key in a map", () => {
        expect(properties["istio-fleet:network"]?.additionalProperties).to.equal(false);
    });
});
