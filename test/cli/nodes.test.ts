// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { countMissing, countNodes } from "../../cli/nodes";
import { parseStackConfig } from "../../cli/stackConfig";
import type { FleetPlan } from "../../plan/fleet";

function planOf(clusters: object[]): FleetPlan {
    const { plan } = parseStackConfig(
        JSON.stringify({ config: { "istio-fleet:clusters": clusters } }),
    );
    if (!plan) throw new Error("the test's own config is wrong");
    return plan;
}
const existing = { kubeconfig: "./k", loadBalancer: "provided" };
const plan = planOf([{ name: "a", workers: 2 }, { name: "b" }, { name: "vm", existing }]);
const node = (cluster: string) => ({ cluster, running: true, mounts: [], networks: [] });

describe("countMissing", () => {
    it("has the kind clusters that are not there, and their workers", () => {
        expect(countMissing(plan, [])).to.deep.equal({ clusters: 2, workers: 2 });
        expect(countMissing(plan, [node("a")])).to.deep.equal({ clusters: 1, workers: 0 });
        expect(countMissing(plan, [node("b"), node("vm"), node("other")])).to.deep.equal({
            clusters: 1,
            workers: 2,
        });
    });
});

describe("countNodes", () => {
    it("has each node of the plan once, whether it is there or not", () => {
        expect(countNodes(plan, [])).to.equal(4);
        expect(countNodes(plan, [node("a"), node("b")])).to.equal(4);
    });

    it("has the clusters beside the plan, and an existing one that is a kind cluster too", () => {
        expect(countNodes(plan, [node("a"), node("other")])).to.equal(5);
        expect(countNodes(plan, [node("vm")])).to.equal(5);
    });

    it("has nothing of existing clusters elsewhere", () => {
        expect(countNodes(planOf([{ name: "vm", existing }]), [])).to.equal(0);
    });
});
