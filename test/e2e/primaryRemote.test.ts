// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest, shippedConfig, subjects } from "./fleetUnderTest";
import { meetsPolicy } from "./meetsPolicy";

describe("stack primary-remote: a primary and its remote", () => {
    let fleet: FleetUnderTest;
    before(async () => {
        fleet = await FleetUnderTest.create(
            "e2e-primary-remote",
            await shippedConfig("primary-remote"),
        );
    });
    after(() => fleet.cleanUp());

    it("comes up in one go", async () => {
        await fleet.stack.up();
    });

    it("is verified: the remote is served by its primary, and requests cross both ways", async () => {
        const report = await fleet.verify();
        expect(subjects(report, "remote-clusters")).to.deep.equal(["east"]);
        expect(subjects(report, "served-by")).to.deep.equal(["west"]);
        expect(subjects(report, "edge")).to.deep.equal(["east -> west", "west -> east"]);
    });

    it("has no istiod in the remote, and no key of an authority", async () => {
        const get = ["--namespace", "istio-system", "get", "--output", "name"];
        expect(await fleet.docker.kubectl("west", ...get, "deployments")).to.equal(
            "deployment.apps/istio-eastwestgateway",
        );
        expect(await fleet.docker.kubectl("west", ...get, "secrets")).not.to.contain("cacerts");
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("meets the policy pack, with what its charts render", async () => {
        await meetsPolicy(fleet.stack);
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
