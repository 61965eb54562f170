// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest, details } from "./fleetUnderTest";

/** Two clusters on one network, one of them with workers and the other one's remote, and one apart. */
const CONFIG = {
    clusters: [
        { name: "mix-1", network: "shared" },
        { name: "mix-2", network: "shared", primary: "mix-1", workers: 2 },
        { name: "mix-3" },
    ],
    edges: ["mix-1 -> mix-3", "mix-3 -> mix-1"],
    network: { name: "istio-fleet-mixed", subnet: "172.21.0.0/16" },
};

describe("a mixed fleet: flat, remote, several nodes, and one cluster apart", () => {
    let fleet: FleetUnderTest;
    before(async () => {
        fleet = await FleetUnderTest.create("e2e-mixed", CONFIG);
    });
    after(() => fleet.cleanUp());

    it("comes up in one go, with three nodes where two workers are asked for", async () => {
        await fleet.stack.up();
        expect(await fleet.docker.containers("mix-2")).to.deep.equal([
            "mix-2-control-plane",
            "mix-2-worker",
            "mix-2-worker2",
        ]);
    });

    it("is verified: pod to pod on the network, through a gateway beyond it, closed elsewhere", async () => {
        const report = await fleet.verify();
        const edges = details(report, "edge");
        expect(edges["mix-1 -> mix-2"]).to.contain("pod to pod");
        expect(edges["mix-2 -> mix-1"]).to.contain("pod to pod");
        expect(edges["mix-2 -> mix-3"]).to.contain("through the gateway");
        expect(Object.keys(details(report, "missing-edge"))).to.deep.equal(["mix-3 -> mix-2"]);
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("routes between the nodes of a cluster, and announces load balancers from any of them", async () => {
        const pods = ["--namespace", "metallb-system", "get", "pods", "--output"];
        const speakers = await fleet.docker.kubectl(
            "mix-2",
            ...pods,
            'jsonpath={range .items[?(@.metadata.labels.app\\.kubernetes\\.io/component=="speaker")]}{.spec.nodeName} {end}',
        );
        expect(speakers.trim().split(" ").sort()).to.deep.equal([
            "mix-2-control-plane",
            "mix-2-worker",
            "mix-2-worker2",
        ]);
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
