// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as fc from "fast-check";
import { nodesWithin, limitToSet, raiseCommand } from "../../cli/inotify";

describe("inotify", () => {
    it("allows four nodes by the usual limit of 128, as was measured", () => {
        expect(nodesWithin(128)).to.equal(4);
        expect(nodesWithin(0)).to.equal(0);
    });

    it("leaves a limit alone that will do", () => {
        expect(limitToSet(128, 4)).to.equal(undefined);
        expect(limitToSet(8192, 100)).to.equal(undefined);
    });

    it("asks for 512, which is enough for fifteen nodes and more", () => {
        expect(limitToSet(128, 5)).to.equal(512);
        expect(nodesWithin(512)).to.be.at.least(15);
        expect(raiseCommand(512)).to.equal("sudo sysctl -w fs.inotify.max_user_instances=512");
    });

    it("always asks for more than there is, and for enough", () => {
        fc.assert(
            fc.property(fc.nat(10_000), fc.nat(300), (present, nodes) => {
                const limit = limitToSet(present, nodes);
                if (limit === undefined) return nodesWithin(present) >= nodes;
                return limit > present && nodesWithin(limit) >= nodes;
            }),
        );
    });
});
