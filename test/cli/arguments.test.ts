// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { InvalidArgumentError } from "commander";
import { complaintLine, qualifiedStackName, stackName } from "../../cli/arguments";
import { thrownBy } from "../helpers/errors";
import { HOSTILE_NAMES } from "../helpers/hostile";

const LONGEST = "x".repeat(100);

describe("the name of a stack", () => {
    for (const name of ["dev", "a", "1", "_", "my-stack_2.eu", LONGEST]) {
        it(`may be "${name}"`, () => {
            expect(stackName(name)).to.equal(name);
            expect(qualifiedStackName(name)).to.equal(name);
        });
    }

    it("may have an organization and a project where it is only read", () => {
        for (const name of ["o/p/s", "p/s", `${LONGEST}/${LONGEST}/${LONGEST}`]) {
            expect(qualifiedStackName(name)).to.equal(name);
        }
    });

    const wrong = [...HOSTILE_NAMES, ".", "..", ".x", "-", `${LONGEST}x`, "a\u2028b", "dev "];
    it("is no option, no other folder and nothing that a shell would take", async () => {
        for (const parse of [stackName, qualifiedStackName]) {
            for (const name of wrong) {
                const error = await thrownBy(() => parse(name));
                expect(error, name).to.be.instanceOf(InvalidArgumentError);
            }
        }
        for (const name of ["a/b", "a/b/c"]) {
            expect(await thrownBy(() => stackName(name))).to.be.instanceOf(InvalidArgumentError);
        }
        for (const name of ["a/../b", "/a", "a/", "a//b", "a/b/c/d", "../a/b"]) {
            const error = await thrownBy(() => qualifiedStackName(name));
            expect(error, name).to.be.instanceOf(InvalidArgumentError);
        }
    });
});

describe("complaintLine", () => {
    it("leaves a complaint of one line as it is", () => {
        expect(complaintLine("error: unknown option '--x'\n")).to.equal(
            "error: unknown option '--x'",
        );
    });

    it("puts commander's suggestion behind it", () => {
        expect(complaintLine("error: unknown option '--stak'\n(Did you mean --stack?)\n")).to.equal(
            "error: unknown option '--stak' (Did you mean --stack?)",
        );
    });

    it("shows what was typed on one line, cut", () => {
        expect(complaintLine("error: unknown command 'a\nb\u001b[31m'\n")).to.equal(
            "error: unknown command 'a\\u000ab\\u001b[31m'",
        );
        const long = complaintLine(`error: unknown command '${"x".repeat(10_000)}'\n`);
        expect(long).to.equal(`error: unknown command '${"x".repeat(373)}...`);
    });
});
