// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    type Check,
    formatJson,
    formatTable,
    reasonOf,
    reportOf,
    verdict,
} from "../../verify/report";

const good: Check = { id: "edge", subject: "a -> b", ok: true, detail: "b answered." };
const bad: Check = { id: "missing-edge", subject: "b -> a", ok: false, detail: "a answered." };

describe("report", () => {
    it("is ok only if every check holds", () => {
        expect(reportOf("dev", [good]).ok).to.equal(true);
        expect(reportOf("dev", [good, bad]).ok).to.equal(false);
    });

    it("is not ok without checks", () => {
        expect(reportOf("dev", []).ok).to.equal(false);
    });

    it("is one JSON object with exactly the documented keys", () => {
        const extra = { ...bad, secret: "no" } as Check;
        expect(formatJson(reportOf("dev", [good, extra]))).to.equal(
            JSON.stringify({ ok: false, stack: "dev", checks: [good, bad] }),
        );
    });

    it("is a table with one line a check and the verdict last", () => {
        const lines = formatTable(reportOf("dev", [good, bad])).split("\n");
        expect(lines).to.deep.equal([
            "ok    edge          a -> b  b answered.",
            "FAIL  missing-edge  b -> a  a answered.",
            "Stack dev: 1 of 2 checks do not hold.",
        ]);
        expect(verdict(reportOf("dev", [good]))).to.equal("Stack dev: all 1 checks hold.");
    });

    it("shows what is inside an AggregateError, as Node throws for hosts with two addresses", () => {
        const error = new AggregateError([new Error("ECONNREFUSED ::1"), new Error("and 127")], "");
        expect(reasonOf(error)).to.equal("ECONNREFUSED ::1; and 127");
        expect(reasonOf("a\n  b")).to.equal("a b");
    });
});
