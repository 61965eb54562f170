// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest, details, shippedConfig, subjects } from "./fleetUnderTest";
import { meetsPolicy } from "./meetsPolicy";

const NETWORK = "istio-fleet-flat";
const PAIRS = [
    "istio-1 -> istio-2",
    "istio-1 -> istio-3",
    "istio-2 -> istio-1",
    "istio-2 -> istio-3",
    "istio-3 -> istio-1",
    "istio-3 -> istio-2",
];

describe("stack flat: three primaries on one network", () => {
    let fleet: FleetUnderTest;
    before(async () => {
        fleet = await FleetUnderTest.create("e2e-flat", await shippedConfig("flat"));
    });
    after(() => fleet.cleanUp());

    it("comes up in one go, without gateways", async () => {
        await fleet.stack.up();
        const { clusters } = await fleet.live();
        expect(Object.values(clusters).map(({ gatewayAddress }) => gatewayAddress)).to.deep.equal([
            undefined,
            undefined,
            undefined,
        ]);
        const services = ["--namespace", "istio-system", "get", "services", "--output", "name"];
        expect(await fleet.docker.kubectl("istio-1", ...services)).to.equal("service/istiod");
    });

    it("is verified: every cluster reaches every other, pod to pod", async () => {
        const report = await fleet.verify();
        expect(subjects(report, "edge")).to.deep.equal(PAIRS);
        for (const detail of Object.values(details(report, "edge"))) {
            expect(detail).to.contain("pod to pod");
        }
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("meets the policy pack, with what its charts render", async () => {
        await meetsPolicy(fleet.stack);
    });

    it("gets its routes back when nodes are started again with other addresses", async () => {
        await fleet.docker.swapAddresses(NETWORK, [
            "istio-1-control-plane",
            "istio-2-control-plane",
        ]);
        await fleet.recovers();
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
