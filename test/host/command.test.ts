// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { output, outputFor, reason } from "../../host/command";
import { thrownBy } from "../helpers/errors";

describe("output", () => {
    it("is what the command prints to standard output", async () => {
        expect(await output("/bin/sh", "-c", "echo out; echo err >&2")).to.equal("out\n");
    });

    it("hands arguments over as they are", async () => {
        expect(await output("printf", "%s", "a  'b' $HOME `x`;")).to.equal("a  'b' $HOME `x`;");
    });

    it("takes more than Node's default of a megabyte", async () => {
        const size = 2 * 1024 * 1024;
        const text = await output("head", "-c", String(size), "/dev/zero");
        expect(text.length).to.equal(size);
    });
});

describe("outputFor", () => {
    it("gives the command a text to read", async () => {
        expect(await outputFor("a\nb", 60_000, "cat")).to.equal("a\nb");
    });

    it("ends what the command reads, without a text too", async () => {
        expect(await outputFor("", 60_000, "cat")).to.equal("");
    });

    it("takes a command that does not read", async () => {
        const text = "x".repeat(1024 * 1024);
        expect(await outputFor(text, 60_000, "/bin/sh", "-c", "echo out")).to.equal("out\n");
    });

    it("kills a command that takes too long", async () => {
        const error = await thrownBy(() => outputFor("", 50, "sleep", "60"));
        expect((error as { killed?: boolean }).killed).to.equal(true);
    });
});

describe("reason", () => {
    it("is the first line of what the command said", async () => {
        const error = await thrownBy(() =>
            output("/bin/sh", "-c", "echo one >&2; echo two >&2; exit 3"),
        );
        expect(reason(error)).to.equal("one");
    });

    it("says that a command is not there", async () => {
        const error = await thrownBy(() => output("no-such-command-anywhere"));
        expect(reason(error)).to.equal("it is not installed, or not on the PATH");
    });

    it("is the text of anything else that is thrown", () => {
        expect(reason(new Error("broken\nat line"))).to.equal("Error: broken");
    });
});
