// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { planTrust } from "../../plan/trust";
import { describeStage, placeOf, rootsOf, stageOf, stagesOf } from "../../plan/trustStages";
import { trust } from "../../config/trust";

const stages = fc.constantFrom(...stagesOf(1, 5));

describe("stages of a rotation", () => {
    it("are in the order in which a rotation takes them", () => {
        expect(stagesOf(1, 2)).to.deep.equal([
            { root: 1, rotation: undefined },
            { root: 1, rotation: "trust-next" },
            { root: 1, rotation: "issue-next" },
            { root: 2, rotation: undefined },
            { root: 2, rotation: "trust-next" },
            { root: 2, rotation: "issue-next" },
        ]);
        expect(stagesOf(1, 2).map(placeOf)).to.deep.equal([3, 4, 5, 6, 7, 8]);
    });

    it("have the plan of their config, and the other way round", () => {
        fc.assert(
            fc.property(stages, (stage) => {
                const { plan, problems } = planTrust(trust.parse({ ...stage }));
                expect(problems).to.deep.equal([]);
                expect(rootsOf(stage)).to.deep.equal(plan.roots);
                expect(stageOf(rootsOf(stage))).to.deep.equal(stage);
            }),
        );
    });

    it("are said as the config has them", () => {
        expect(stagesOf(1, 1).map(describeStage)).to.deep.equal([
            "trust.root 1 without trust.rotation",
            "trust.root 1 with trust.rotation trust-next",
            "trust.root 1 with trust.rotation issue-next",
        ]);
    });
});
