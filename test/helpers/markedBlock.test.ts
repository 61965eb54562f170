// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { withBlock } from "./markedBlock";

const page = "# Title\n<!-- drift -->\nold\n<!-- /drift -->\nrest\n";
const written = "# Title\n<!-- drift -->\n\n| a |\n| b |\n\n<!-- /drift -->\nrest\n";

describe("withBlock", () => {
    it("puts a text between its markers, whatever was there", () => {
        expect(withBlock(page, "drift", "| a |\n| b |\n")).to.equal(written);
        expect(withBlock(page.replace("old\n", ""), "drift", "| a |\n| b |")).to.equal(written);
    });

    it("changes nothing a second time", () => {
        expect(withBlock(written, "drift", "| a |\n| b |\n")).to.equal(written);
    });

    for (const bad of [
        "",
        "<!-- drift -->\n",
        "<!-- /drift -->\n",
        "<!-- /drift -->\n<!-- drift -->\n",
        "<!-- drift --> <!-- /drift -->\n",
        page.replaceAll("drift", "faults"),
    ]) {
        it(`refuses a page without the markers: ${JSON.stringify(bad)}`, () => {
            expect(() => withBlock(bad, "drift", "x")).to.throw(
                "the page has no <!-- drift --> with a <!-- /drift --> below it",
            );
        });
    }
});
