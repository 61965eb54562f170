// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseStackConfig, readStackConfig, withoutSalt } from "../../cli/stackConfig";

const two = "config:\n  istio-fleet:clusters: [{name: a}, {name: b}]\n";

describe("parseStackConfig", () => {
    it("plans what the program will plan", () => {
        const { plan, problems } = parseStackConfig(two);
        expect(problems).to.deep.equal([]);
        expect(plan?.clusters.map(({ name }) => name)).to.deep.equal(["a", "b"]);
        expect(plan?.edges).to.have.length(2);
    });

    it("lists everything that is wrong", () => {
        const { plan, problems } = parseStackConfig(
            `${two}  istio-fleet:edges: ["a -> x", "b -> y"]\n`,
        );
        expect(plan).to.equal(undefined);
        expect(problems).to.have.length(2);
        expect(problems[0]).to.contain("edges[0]").and.to.contain('"x"');
    });

    it("gives a bundle of the user's own", () => {
        expect(parseStackConfig(`${two}  istio-fleet:bundle: ./b.json\n`).bundle).to.equal(
            "./b.json",
        );
    });

    it("says what an empty file lacks", () => {
        expect(parseStackConfig("").problems[0]).to.contain("clusters");
    });
});

describe("readStackConfig", () => {
    it("says so when a stack has no file, with the fix", () => {
        const { problems } = readStackConfig("no-such-stack");
        expect(problems).to.have.length(1);
        expect(problems[0])
            .to.contain("Pulumi.no-such-stack.yaml is not there")
            .and.to.contain("Copy Pulumi.dev.yaml");
    });
});

describe("withoutSalt", () => {
    it("gives the file as it was before pulumi wrote into it", () => {
        expect(withoutSalt(`${two}encryptionsalt: v1:x=:v1:y:z==\n`)).to.equal(two);
        expect(withoutSalt(`encryptionsalt: v1:x\n${two}`)).to.equal(two);
        expect(withoutSalt(two)).to.equal(two);
    });

    it("leaves a salt that secrets in the file need", () => {
        const text = `${two}  istio-fleet:x:\n    secure: v1:abc\nencryptionsalt: v1:x\n`;
        expect(withoutSalt(text)).to.equal(text);
    });
});
