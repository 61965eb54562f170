// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { metricsRole } from "../../plan/metricsRole";

describe("metricsRole", () => {
    const roles = new Map([
        ["hub", "hub"],
        ["far", "hub"],
        ["west", "west"],
    ]);
    const role = (measured: boolean, keepsMetrics: boolean, admitsSenders: boolean) => ({
        measured,
        claimsVolumes: measured,
        keepsMetrics,
        admitsSenders,
    });

    it("is none where the fleet is not measured", () => {
        expect(metricsRole("hub", undefined, roles)).to.deep.equal(role(false, false, false));
    });

    const cases: [string, string, string, ReturnType<typeof role>][] = [
        ["a primary that is the central cluster is both", "hub", "hub", role(true, true, true)],
        ["a central remote keeps metrics", "far", "far", role(true, true, false)],
        ["the primary of a central remote admits", "hub", "far", role(true, false, true)],
        ["a remote of the central cluster does neither", "far", "hub", role(true, false, false)],
        ["another cluster does neither", "west", "hub", role(true, false, false)],
    ];

    it("claims no volumes where the metrics have none", () => {
        const metrics = { central: "hub", volumes: false };
        expect(metricsRole("west", metrics, roles)).to.deep.equal({
            ...role(true, false, false),
            claimsVolumes: false,
        });
    });

    for (const [what, name, central, expected] of cases) {
        it(what, () => {
            expect(metricsRole(name, { central, volumes: true }, roles)).to.deep.equal(expected);
        });
    }
});
