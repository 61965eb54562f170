// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { environmentFor, needsEngine, needsEngineToGo } from "../../cli/needs";
import { parseStackConfig } from "../../cli/stackConfig";
import type { FleetPlan } from "../../plan/fleet";

function planOf(clusters: object[]): FleetPlan {
    const { plan } = parseStackConfig(
        JSON.stringify({ config: { "istio-fleet:clusters": clusters } }),
    );
    if (!plan) throw new Error("the test's own config is wrong");
    return plan;
}
const vm = { name: "vm", existing: { kubeconfig: "./k", loadBalancer: "provided" } };
const kind = planOf([{ name: "a" }]);
const existing = planOf([vm]);
const mixed = planOf([{ name: "a" }, vm]);

/** What `pulumi stack export` prints of a resource. */
const stateOf = (type: string) =>
    JSON.stringify({
        deployment: { resources: [{ urn: `urn:pulumi:s::istio-fleet::${type}::x`, type }] },
    });

describe("needsEngine", () => {
    it("is so with one kind cluster or more", () => {
        expect([kind, mixed, existing].map(needsEngine)).to.deep.equal([true, true, false]);
    });
});

describe("needsEngineToGo", () => {
    const empty = JSON.stringify({ deployment: {} });

    it("is so for kind clusters of the config, of which the state may know nothing", () => {
        expect(needsEngineToGo(kind, empty)).to.equal(true);
        expect(needsEngineToGo(mixed, empty)).to.equal(true);
    });

    it("is so for kind clusters and docker networks that only the state has", () => {
        for (const type of ["istio-fleet:index:KindCluster", "docker:index/network:Network"]) {
            expect(needsEngineToGo(existing, stateOf(type)), type).to.equal(true);
        }
    });

    it("is so when the config cannot be read", () => {
        expect(needsEngineToGo(undefined, empty)).to.equal(true);
    });

    it("is not so for existing clusters alone", () => {
        for (const type of ["istio-fleet:index:MetalLb", "pulumi:providers:docker"]) {
            expect(needsEngineToGo(existing, stateOf(type)), type).to.equal(false);
        }
    });
});

describe("environmentFor", () => {
    const environment = { PULUMI_SKIP_CHECKPOINTS: "true", PULUMI_HOME: "/p" };

    it("records every step where a cluster outlives the fleet", () => {
        for (const plan of [existing, mixed]) {
            expect(environmentFor(plan, environment)).to.deep.equal({ PULUMI_HOME: "/p" });
        }
    });

    it("leaves it as it is for kind clusters, and for a config that cannot be read", () => {
        expect(environmentFor(kind, environment)).to.deep.equal(environment);
        expect(environmentFor(undefined, environment)).to.deep.equal(environment);
    });
});
