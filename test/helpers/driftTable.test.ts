// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { formatDrift, inShort } from "./driftTable";

describe("inShort", () => {
    it("is the operations with the kinds", () => {
        const pool = "create kubernetes:metallb.io/v1beta1:IPAddressPool a-pool";
        const service = "update kubernetes:core/v1:Service a:b/c";
        expect(inShort([pool, service])).to.equal("create IPAddressPool, update Service");
        expect(inShort([])).to.equal("");
    });
});

describe("formatDrift", () => {
    it("is a table in Markdown, with what was drilled first", () => {
        const table = formatDrift(
            [
                { object: "Pool", what: "edited", named: "update Pool", seconds: 24.6, others: 0 },
                { object: "Role", what: "deleted", named: "create Role", seconds: 31, others: 2 },
            ],
            [{ object: "network", what: "deleted", why: "docker refuses it" }],
        );
        expect(table).to.equal(
            "| object | by hand | `preview --refresh` names | repaired in |\n" +
                "|---|---|---|---:|\n" +
                "| Pool | edited | update Pool | 25 s |\n" +
                "| Role | deleted | create Role | 31 s with 2 others |\n" +
                "| network | deleted | not drilled: docker refuses it | – |\n",
        );
    });
});
