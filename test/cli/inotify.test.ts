// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as fc from "fast-check";
import { clustersWithin, limitToSet, raiseCommand } from "../../cli/inotify";

describe("inotify", () => {
    it("allows four clusters by the usual limit of 128, as was measured", () => {
        expect(clustersWithin(128)).to.equal(4);
        expect(clustersWithin(0)).to.equal(0);
    });

    it("leaves a limit alone that will do", () => {
        expect(limitToSet(128, 4)).to.equal(undefined);
        expect(limitToSet(8192, 100)).to.equal(undefined);
    });

    it("asks for 512, which is enough for fifteen clusters and more", () => {
        expect(limitToSet(128, 5)).to.equal(512);
        expect(clustersWithin(512)).to.be.at.least(15);
        expect(raiseCommand(512)).to.equal("sudo sysctl -w fs.inotify.max_user_instances=512");
    });

    it("always asks for more than there is, and for enough", () => {
        fc.assert(
            fc.property(fc.nat(10_000), fc.nat(300), (present, clusters) => {
                const limit = limitToSet(present, clusters);
                if (limit === undefined) return clustersWithin(present) >= clusters;
                return limit > present && clustersWithin(limit) >= clusters;
            }),
        );
    });
});
