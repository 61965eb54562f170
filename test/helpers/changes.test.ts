// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { appliedChanges, previewedChanges } from "./changes";

const URN = "urn:pulumi:drift::istio-fleet";
const POOL = `${URN}::istio-fleet:index:MetalLb$kubernetes:metallb.io/v1beta1:IPAddressPool::a-pool`;
const CHILD =
    `${URN}::istio-fleet:index:IstioControlPlane$kubernetes:helm.sh/v4:Chart$` +
    "kubernetes:apps/v1:Deployment::a-istiod:istio-system/istiod";

/** What pulumi 3.259 prints, but for the states of the resources. */
const digest = (...steps: readonly (readonly [string, string])[]) =>
    JSON.stringify({
        config: { "istio-fleet:clusters": "[]" },
        steps: steps.map(([op, urn]) => ({ op, urn, detailedDiff: null })),
        duration: 1,
        changeSummary: { same: 1 },
    });

describe("previewedChanges", () => {
    it("is nothing where a refresh finds nothing", () => {
        const stack = `${URN}::pulumi:pulumi:Stack::istio-fleet-drift`;
        expect(
            previewedChanges(digest(["refresh", POOL], ["refresh", stack], ["same", stack])),
        ).to.deep.equal([]);
        expect(previewedChanges("{}")).to.deep.equal([]);
    });

    it("names what an update would do about what a refresh found, sorted", () => {
        const text = digest(
            ["refresh", POOL],
            ["refresh", CHILD],
            ["update", POOL],
            ["create", CHILD],
        );
        expect(previewedChanges(text)).to.deep.equal([
            "create kubernetes:apps/v1:Deployment a-istiod:istio-system/istiod",
            "update kubernetes:metallb.io/v1beta1:IPAddressPool a-pool",
        ]);
    });

    it("names a replacement once", () => {
        const text = digest(["replace", POOL], ["replace", POOL]);
        expect(previewedChanges(text)).to.deep.equal([
            "replace kubernetes:metallb.io/v1beta1:IPAddressPool a-pool",
        ]);
    });

    it("leaves components out", () => {
        const text = digest(
            ["update", `${URN}::istio-fleet:index:RemoteSecret::a`],
            ["update", `${URN}::istio-fleet:index:MetalLb$kubernetes:helm.sh/v4:Chart::a-chart`],
            ["update", `${URN}::pulumi:pulumi:Stack::istio-fleet-drift`],
        );
        expect(previewedChanges(text)).to.deep.equal([]);
    });

    it("keeps providers, and names with colons", () => {
        const provider = `${URN}::pulumi:providers:kubernetes::a@1-2`;
        const text = digest(["delete", provider], ["create", `${URN}::p:m:T::a::b`]);
        expect(previewedChanges(text)).to.deep.equal([
            "create p:m:T a::b",
            "delete pulumi:providers:kubernetes a@1-2",
        ]);
    });
});

/** Lines of pulumi's own renderer, without a terminal. */
const UP = [
    "Updating (drift):",
    "    pulumi:pulumi:Stack istio-fleet-drift running",
    " ~  pulumi:pulumi:Stack istio-fleet-drift refreshing (0s)",
    "    kubernetes:core/v1:ConfigMap a-values refresh",
    " ~  kubernetes:metallb.io/v1beta1:IPAddressPool a-pool updating (0s) [diff: ~spec]",
    " ~  kubernetes:metallb.io/v1beta1:IPAddressPool a-pool updated (0.03s) [diff: ~spec]",
    " +  kubernetes:apps/v1:Deployment a-istiod:istio-system/istiod creating (3s)",
    " +  kubernetes:apps/v1:Deployment a-istiod:istio-system/istiod created (4s)",
    " ~  istio-fleet:index:RemoteSecret b.remote-secret.a updated",
    " -- kubernetes:core/v1:Secret a-cacerts deleting original (0s)",
    " -- kubernetes:core/v1:Secret a-cacerts deleted original (0.02s)",
    " +- kubernetes:core/v1:Secret a-cacerts replaced (0.00s) [diff: ~data]",
    " ++ kubernetes:core/v1:Secret a-cacerts created replacement (0.05s) [diff: ~data]",
    " -  pulumi:providers:kubernetes a@1-2 deleted (0.01s)",
    "    pulumi:pulumi:Stack istio-fleet-drift",
    "Resources:",
    "    + 1 created",
    "    ~ 1 updated",
    "",
].join("\n");

describe("appliedChanges", () => {
    it("names what was done, and not what was about to be", () => {
        expect(appliedChanges(UP)).to.deep.equal([
            "create kubernetes:apps/v1:Deployment a-istiod:istio-system/istiod",
            "delete pulumi:providers:kubernetes a@1-2",
            "replace kubernetes:core/v1:Secret a-cacerts",
            "update kubernetes:metallb.io/v1beta1:IPAddressPool a-pool",
        ]);
    });

    it("is nothing where nothing was done", () => {
        expect(appliedChanges("Resources:\n    364 unchanged\n")).to.deep.equal([]);
    });
});
