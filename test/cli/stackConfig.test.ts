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

    for (const text of ["", "# nothing\n", "config:\n", "config: {}", "{}", "a: b"]) {
        it(`says what a file lacks that says ${JSON.stringify(text)}`, () => {
            expect(parseStackConfig(text).problems).to.deep.equal([
                "clusters: nothing must be a list of clusters. For example clusters: [{name: a}, {name: b}].",
            ]);
        });
    }

    it("reads scalars as texts, structures in texts, and merge keys, as pulumi does", () => {
        const text = [
            "x: &x {index: 7}",
            "config:",
            '  istio-fleet:clusters: \'[{"name": "a"}, {"name": "b"}]\'',
            "  istio-fleet:meshId: 123",
            "  istio-fleet:network: {<<: {subnet: 172.28.0.0/16}}",
        ].join("\n");
        const { plan, problems } = parseStackConfig(text);
        expect(problems).to.deep.equal([]);
        expect(plan?.meshId).to.equal("123");
        expect(plan?.network.subnet).to.equal("172.28.0.0/16");
    });

    it("takes no time for a line of comment", () => {
        expect(parseStackConfig(`${"#".repeat(1000)}\n${two}`).problems).to.deep.equal([]);
    });

    const unreadable: [what: string, text: string, problem: string][] = [
        [
            "what is no YAML",
            "config:\n  a: {password: hunter2\nb: [",
            "The file cannot be read as YAML: deficient indentation (line 3, column 1).",
        ],
        [
            "an alias that is nobody's",
            "config: {a: *hunter2}",
            "The file cannot be read as YAML: unidentified alias (line 1, column 14).",
        ],
        [
            "two documents",
            `${two}---\nhunter2: 1\n`,
            "The file cannot be read as YAML: expected a single document in the stream, but found more.",
        ],
        ["config that is no map", "config: [hunter2]", "config must be a map of keys and values"],
    ];
    for (const [what, text, problem] of unreadable) {
        it(`says where ${what} is, and nothing of what is there`, () => {
            expect(parseStackConfig(text)).to.deep.equal({ problems: [problem] });
        });
    }

    it("refuses what holds itself", () => {
        const text = `${two}  istio-fleet:edges: &e [*e]\n  istio-fleet:values: {base: &v {a: *v}}\n`;
        const said = parseStackConfig(text).problems.map((problem) => problem.split(" ")[0]);
        expect(said).to.deep.equal(["edges:", "values.base:"]);
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
        for (const secret of [
            "\n    secure: v1:abc",
            " {secure: v1:abc}",
            ' [{"secure": "v1:abc"}]',
        ]) {
            const text = `${two}  istio-fleet:x:${secret}\nencryptionsalt: v1:x\n`;
            expect(withoutSalt(text)).to.equal(text);
        }
    });
});
