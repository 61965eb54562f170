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

describe("formatProblems", () => {
    it("lists every problem under the heading", () => {
        expect(formatProblems("It cannot be:", [problem, { ...problem, property: "c" }])).to.equal(
            "It cannot be:\n  - a.b: 1 must be 2. Set it to 2.\n  - c: 1 must be 2. Set it to 2.",
        );
    });
});
