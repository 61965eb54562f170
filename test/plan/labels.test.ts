// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { namespaceOwner } from "../../plan/labels";

describe("namespaceOwner", () => {
    it("is the project and the stack", () => {
        expect(namespaceOwner("istio-fleet", "dev")).to.equal("istio-fleet.dev");
    });

    it("takes all that a label's value can hold", () => {
        const stack = "s".repeat(51);
        expect(namespaceOwner("istio-fleet", stack)).to.equal(`istio-fleet.${stack}`);
    });

    const hashed: [string, string, string][] = [
        ["of more than 63 characters", "s".repeat(52), "37f63324dc38257a28e83453d6b19800"],
        ["that ends in an underscore", "dev_", "1ccf346e9ca8845f9f308b9e025e1625"],
    ];
    for (const [what, stack, hash] of hashed) {
        it(`is a hash of a name ${what}`, () => {
            expect(namespaceOwner("istio-fleet", stack)).to.equal(hash);
        });
    }
});
