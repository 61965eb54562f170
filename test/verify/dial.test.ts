// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { describeAnswer, dialPath, parseDial } from "../../verify/dial";

describe("dial", () => {
    it("asks for one request, with the request's own query kept inside", () => {
        const path = dialPath({ host: "10.1.2.3", port: 8080, request: "header?key=X&y" });
        const { searchParams } = new URL(path, "http://probe/");
        expect(path).to.match(/^dial\?/);
        expect(Object.fromEntries(searchParams)).to.deep.equal({
            host: "10.1.2.3",
            port: "8080",
            protocol: "http",
            request: "header?key=X&y",
            tries: "1",
        });
    });

    it("reads a body, an error, and an empty body, which agnhost leaves out", () => {
        expect(parseDial('{"responses":["probe-b"]}')).to.deep.equal({ body: "probe-b" });
        expect(parseDial('{"errors":["timeout"]}')).to.deep.equal({ error: "timeout" });
        expect(parseDial("{}")).to.deep.equal({ body: "" });
    });

    it("refuses what agnhost never says", () => {
        expect(() => parseDial("<html>")).to.throw();
        expect(() => parseDial('{"responses":"probe-b"}')).to.throw();
    });

    it("describes answers in a few words", () => {
        expect(describeAnswer({ error: "timed\nout" })).to.equal("no answer: timed out");
        expect(describeAnswer({ body: "" })).to.equal("the answer was empty");
        expect(describeAnswer({ body: "x".repeat(999) }).length).to.be.lessThan(150);
    });
});
