// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { formatProblem, formatProblems } from "../../plan/problem";

const problem = { property: "a.b", value: 1, rule: "must be 2", fix: "Set it to 2." };

describe("formatProblem", () => {
    it("is one line: property, value, rule, fix", () => {
        expect(formatProblem(problem)).to.equal("a.b: 1 must be 2. Set it to 2.");
    });

    it("calls a value that is not there nothing", () => {
        expect(formatProblem({ ...problem, value: undefined })).to.equal(
            "a.b: nothing must be 2. Set it to 2.",
        );
    });

    it("shows a value of 80 characters whole", () => {
        const value = "x".repeat(78);
        expect(formatProblem({ ...problem, value })).to.equal(
            `a.b: "${value}" must be 2. Set it to 2.`,
        );
    });

    it("cuts a longer value to 80 characters", () => {
        const value = "x".repeat(79);
        expect(formatProblem({ ...problem, value })).to.equal(
            `a.b: "${"x".repeat(76)}... must be 2. Set it to 2.`,
        );
    });
});

describe("formatProblem of what somebody typed", () => {
    it("is one line, in which everything can be seen", () => {
        const rule = 'names "a\n\u001b[31m"';
        expect(formatProblem({ ...problem, value: "a\nb", rule })).to.equal(
            'a.b: "a\\nb" names "a\\u000a\\u001b[31m". Set it to 2.',
        );
    });

    it("shows no password that a rule repeats", () => {
        const value = "https://u:p@h -> b";
        const rule = 'names the cluster "https://u:p@h"';
        expect(formatProblem({ ...problem, value, rule })).to.equal(
            'a.b: "https://***@h -> b" names the cluster "https://***@h". Set it to 2.',
        );
    });

    it("cuts a rule and a fix to a thousand characters", () => {
        const long = "x".repeat(1001);
        const shown = `${"x".repeat(997)}...`;
        expect(formatProblem({ ...problem, rule: long, fix: long })).to.equal(
            `a.b: 1 ${shown}. ${shown}`,
        );
    });

    it("shows the beginning of what holds itself", () => {
        const value: unknown[] = [];
        value.push(value);
        expect(formatProblem({ ...problem, value })).to.equal(
            `a.b: ${"[".repeat(77)}... must be 2. Set it to 2.`,
        );
    });
});

describe("formatProblems", () => {
    it("lists every problem under the heading", () => {
        expect(formatProblems("It cannot be:", [problem, { ...problem, property: "c" }])).to.equal(
            "It cannot be:\n  - a.b: 1 must be 2. Set it to 2.\n  - c: 1 must be 2. Set it to 2.",
        );
    });
});
