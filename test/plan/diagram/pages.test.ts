// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { stacksOf, withDiagrams } from "../../../plan/diagram/pages";
import { messageOf } from "../../helpers/errors";

const draw = (stack: string) => `flowchart LR\n    ${stack}\n`;

const page = [
    "# Title",
    "<!-- diagram: dev -->",
    "```mermaid",
    "old",
    "```",
    "<!-- /diagram -->",
    "text",
    "<!-- diagram: two-nets.v1 -->",
    "<!-- /diagram -->",
    "",
].join("\n");

const drawn = [
    "# Title",
    "<!-- diagram: dev -->",
    "",
    "```mermaid",
    "flowchart LR",
    "    dev",
    "```",
    "",
    "<!-- /diagram -->",
    "text",
    "<!-- diagram: two-nets.v1 -->",
    "",
    "```mermaid",
    "flowchart LR",
    "    two-nets.v1",
    "```",
    "",
    "<!-- /diagram -->",
    "",
].join("\n");

describe("stacksOf", () => {
    it("names the stacks of a page, each once", () => {
        expect(stacksOf(`${page}${page}`)).to.deep.equal(["dev", "two-nets.v1"]);
    });

    it("leaves markers alone that are only talked about", () => {
        const code = "```md\n<!-- diagram: a -->\n<!-- /diagram -->\n```";
        expect(
            stacksOf(`${code}\nsee \`<!-- diagram: b -->\`\n~~~\n<!-- diagram: c -->\n`),
        ).to.deep.equal([]);
    });

    it("takes no name that leads out of the folder of pictures", () => {
        expect(stacksOf("<!-- diagram: ../x -->\n<!-- /diagram -->")).to.deep.equal([]);
    });
});

describe("withDiagrams", () => {
    it("puts each stack's diagram between its markers", () => {
        expect(withDiagrams(page, draw)).to.equal(drawn);
    });

    it("changes nothing a second time", () => {
        expect(withDiagrams(drawn, draw)).to.equal(drawn);
    });

    it("leaves a page without markers as it is", () => {
        const lines = fc.array(
            fc.constantFrom("", "text", "```", "~~~", "<!-- /diagram -->", "\r"),
        );
        fc.assert(
            fc.property(lines, (some) => {
                expect(withDiagrams(some.join("\n"), draw)).to.equal(some.join("\n"));
            }),
        );
    });

    for (const rest of ["text", "<!-- diagram: b -->\n<!-- /diagram -->"]) {
        it(`refuses a diagram without an end, before ${JSON.stringify(rest)}`, async () => {
            const text = `# Title\n<!-- diagram: a -->\n${rest}\n`;
            expect(await messageOf(() => withDiagrams(text, draw))).to.equal(
                'line 2: the diagram of stack "a" has no end. ' +
                    "Write <!-- /diagram --> on a line of its own below it.",
            );
        });
    }
});
