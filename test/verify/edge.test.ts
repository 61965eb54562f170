// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Answers, judge } from "../../verify/edge";

const serverIdentity = "spiffe://cluster.local/ns/v/sa/probe-b";
const clientIdentity = "spiffe://cluster.local/ns/v/sa/probe-a";
const ends = { server: "b", serverIdentity, clientIdentity };
const answers: Answers = {
    hostname: { body: "probe-b" },
    xfcc: { body: `By=${serverIdentity};Hash=1;Subject="";URI=${clientIdentity}` },
};

describe("edge", () => {
    it("holds when the right probe answers over mTLS between the right identities", () => {
        const finding = judge(ends, answers);
        expect(finding.ok).to.equal(true);
        expect(finding.detail).to.contain("b answered over mTLS");
    });

    const wrong: Record<string, [Partial<Answers>, RegExp]> = {
        "nobody answers": [{ hostname: { error: "timeout" } }, /no answer: timeout/],
        "somebody else answers": [{ hostname: { body: "probe-a" } }, /the answer was "probe-a"/],
        "the answer is a stranger's page": [{ hostname: { body: "<html>" } }, /"<html>"/],
        "the second request fails": [{ xfcc: { error: "reset" } }, /answered once, but not twice/],
        "there is no certificate": [{ xfcc: { body: "" } }, /not over mTLS/],
        "the server has another identity": [
            { xfcc: { body: `By=${clientIdentity};URI=${clientIdentity}` } },
            /answered as .*probe-a, but its identity is .*probe-b/,
        ],
        "the client has another identity": [
            { xfcc: { body: `By=${serverIdentity};URI=${serverIdentity}` } },
            /to .*probe-b instead of .*probe-a/,
        ],
    };
    for (const [what, [change, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            const finding = judge(ends, { ...answers, ...change });
            expect(finding.ok).to.equal(false);
            expect(finding.detail).to.match(detail);
        });
    }
});
