// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { expect } from "chai";
import * as fc from "fast-check";
import { formatExports, quote } from "../../cli/shell";

/** What a POSIX shell makes of a script. */
const shell = (script: string) => execFileSync("sh", ["-c", script]).toString();

/** Text that an environment variable can hold: anything but NUL. */
const value = fc.string({ unit: "binary" }).map((text) => text.replaceAll("\0", ""));

describe("quote", () => {
    it("gives any value back when a shell evaluates it", () => {
        fc.assert(
            fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
                const words = values.map(quote).join(" ");
                expect(shell(`printf '%s\\n' ${words}`)).to.equal(`${values.join("\n")}\n`);
            }),
            { numRuns: 50 },
        );
    });

    it("keeps what is dangerous inside", () => {
        for (const text of ["'", "$(id)", "`id`", "a'b\"c\\", "\n", "; exit 1", "*", "~", ""]) {
            expect(shell(`printf %s ${quote(text)}`)).to.equal(text);
        }
    });
});

describe("formatExports", () => {
    it("sets exactly these variables in the shell that evaluates it", () => {
        const lines = formatExports({ A_1: "it's", B_2: "/x y:/z" });
        expect(lines).to.equal("export A_1='it'\\''s'\nexport B_2='/x y:/z'\n");
        const script = `eval "$(cat <<'END'\n${lines}END\n)"; sh -c 'printf "%s|%s" "$A_1" "$B_2"'`;
        expect(shell(script)).to.equal("it's|/x y:/z");
    });
});
