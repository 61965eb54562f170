// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import { commandFor, pathOf } from "../../plan/existingNames";
import { HOSTILE } from "../helpers/hostile";

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

    it("gives kubectl any path and context as they are, in the shell that it is pasted into", () => {
        const commands = HOSTILE.map((text) => commandFor({ kubeconfig: text, context: text }));
        const said = execFileSync("sh", [
            "-c",
            `kubectl() { printf '%s\\0' "$@"; }\n${commands.join("\n")}`,
        ]);
        const words = HOSTILE.flatMap((text) => [`--kubeconfig=${text}`, `--context=${text}`]);
        expect(said.toString().split("\0").slice(0, -1)).to.deep.equal(words);
    });
});
