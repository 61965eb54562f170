// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { commandFor, pathOf } from "../../plan/existingNames";

describe("pathOf", () => {
    it("is the key in the stack's file", () => {
        expect(pathOf(2, "loadBalancer.addresses")).to.equal(
            "clusters[2].existing.loadBalancer.addresses",
        );
    });
});

describe("commandFor", () => {
    const cases: [string, string | undefined, string][] = [
        ["./a.kubeconfig", undefined, "kubectl --kubeconfig=./a.kubeconfig"],
        ["~/a", "admin@lan", "kubectl --kubeconfig=~/a --context=admin@lan"],
        ["my file", undefined, "kubectl '--kubeconfig=my file'"],
        ["a", "it's", `kubectl --kubeconfig=a '--context=it'\\''s'`],
    ];
    for (const [kubeconfig, context, expected] of cases) {
        it(`is ${expected}`, () => {
            expect(commandFor({ kubeconfig, context })).to.equal(expected);
        });
    }
});
