// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { explicitProvider } from "../../policy/rules/explicitProvider";
import { UNKNOWN } from "../../policy/rules/tree";
import { resource, verdicts } from "../helpers/policies";

const TYPE = "kubernetes:core/v1:ConfigMap";
const FIX =
    "Give it the provider of its cluster, as cluster.inCluster of stacks/clusters.ts does for all below.";

function withProvider(name: string, props = {}, type = TYPE): string[] {
    return verdicts(explicitProvider, resource(type, {}, { provider: { name, props } }));
}

describe("explicit-provider", () => {
    it("takes a provider with a kubeconfig, also one that is not known yet", () => {
        expect(withProvider("a@1", { kubeconfig: "apiVersion: v1" })).to.deep.equal([]);
        expect(withProvider("a@1", { kubeconfig: UNKNOWN })).to.deep.equal([]);
    });

    it("takes one that only writes files", () => {
        expect(withProvider("files", { renderYamlToDirectory: "out" })).to.deep.equal([]);
    });

    for (const name of ["default", "default_4_34_2"]) {
        it(`refuses Pulumi's own ${name}`, () => {
            expect(withProvider(name)).to.deep.equal([
                `provider: "${name}" must not be Pulumi's default one, ` +
                    `which leads to the cluster of whoever runs it. ${FIX}`,
            ]);
        });
    }

    it("refuses one without a kubeconfig, which takes whichever there is", () => {
        const rule = 'must be set in provider "a": it leads to the cluster of whoever runs it';
        expect(withProvider("a", { context: "kind-a" })).to.deep.equal([
            `provider.kubeconfig: nothing ${rule}. ${FIX}`,
        ]);
        expect(withProvider("a", { kubeconfig: "" })).to.deep.equal([
            `provider.kubeconfig: "" ${rule}. ${FIX}`,
        ]);
    });

    it("leaves default providers of other packages alone, and components", () => {
        expect(withProvider("default_1_2_1", {}, "command:local:Command")).to.deep.equal([]);
        expect(
            verdicts(explicitProvider, resource("kubernetes:helm.sh/v4:Chart", {})),
        ).to.deep.equal([]);
    });
});
