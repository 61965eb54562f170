// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as fc from "fast-check";
import { type ToolFacts, TOOLS, chooseAll, chooseTool } from "../../cli/choose";

const base: ToolFacts = {
    name: "kind",
    minimum: "0.32.0",
    release: { state: "unreachable", reason: "github.com cannot be reached" },
    lab: { state: "unsupported", reason: "the lab builds on Debian and Ubuntu only" },
    page: "https://kind.example",
};
const onPath = { path: "/usr/bin/kind", version: "0.33.0" };
const old = { path: "/usr/bin/kind", version: "0.20.0" };
const reachable = { state: "reachable", version: "0.33.0" } as const;
const buildable = { state: "buildable" } as const;
const built = { state: "built" } as const;

describe("chooseTool", () => {
    it("takes what is on the PATH, whatever else there is", () => {
        const choice = chooseTool({ ...base, found: onPath, release: reachable, lab: built });
        expect(choice.use).to.equal("path");
        expect(choice.reason).to.equal("kind 0.33.0 at /usr/bin/kind");
    });

    it("takes the official release where nothing is on the PATH", () => {
        const choice = chooseTool({ ...base, release: reachable, lab: built });
        expect(choice).to.include({ use: "release" });
        expect(choice.reason).to.equal("kind 0.33.0, its official release");
    });

    it("says what is on the PATH and too old", () => {
        const choice = chooseTool({ ...base, found: old, release: reachable });
        expect(choice.use).to.equal("release");
        expect(choice.reason).to.contain("not kind 0.20.0 at /usr/bin/kind, for 0.32.0 or newer");
    });

    it("takes a version that can't be read for too old", () => {
        const found = { path: "/usr/bin/kind", version: undefined };
        expect(chooseTool({ ...base, found, release: reachable }).use).to.equal("release");
    });

    it("takes anything where no version is asked for", () => {
        const { release, lab, page } = base;
        const found = { path: "/my/bundle.json", version: undefined };
        expect(chooseTool({ name: "images", found, release, lab, page }).use).to.equal("path");
    });

    it("builds from source where no release can be had, and says why", () => {
        const choice = chooseTool({ ...base, found: old, lab: buildable });
        expect(choice.use).to.equal("lab");
        expect(choice.reason)
            .to.contain("not kind 0.20.0")
            .and.to.contain("to be built from source (github.com cannot be reached)");
    });

    it("gives up with the reasons and the page", () => {
        const choice = chooseTool(base);
        expect(choice.use).to.equal("none");
        expect(choice.reason).to.equal(
            "kind is missing: github.com cannot be reached; the lab builds on Debian and Ubuntu only. Get it from https://kind.example",
        );
    });

    it("stays with the lab that the last run took, or other images would mean other clusters", () => {
        const facts = { ...base, found: onPath, release: reachable, previous: "lab" as const };
        expect(chooseTool({ ...facts, lab: built }).use).to.equal("lab");
        // What has been pruned is gone.
        expect(chooseTool({ ...facts, lab: buildable }).use).to.equal("path");
        expect(chooseTool({ ...facts, lab: built }, "official").use).to.equal("path");
    });

    it("takes from the lab alone, or never, when it is told to", () => {
        const all = { ...base, found: onPath, release: reachable, lab: buildable };
        expect(chooseTool(all, "lab").use).to.equal("lab");
        expect(chooseTool({ ...base, lab: built }, "official").use).to.equal("none");
        expect(chooseTool({ ...base, found: onPath }, "lab").use).to.equal("none");
    });

    it("never chooses what is not there", () => {
        const found = fc.option(
            fc.record({
                path: fc.constant("/bin/kind"),
                version: fc.option(fc.constantFrom("0.31.9", "0.32.0", "1.0.0"), {
                    nil: undefined,
                }),
            }),
            { nil: undefined },
        );
        const release = fc.constantFrom(base.release, reachable, {
            state: "downloaded" as const,
            version: "0.33.0",
        });
        const lab = fc.constantFrom(base.lab, buildable, built);
        const previous = fc.constantFrom(undefined, "path", "release", "lab", "none");
        const from = fc.constantFrom(undefined, "official", "lab");
        fc.assert(
            fc.property(
                found,
                release,
                lab,
                previous,
                from,
                (found, release, lab, previous, from) => {
                    const facts = { ...base, release, lab, previous, ...(found ? { found } : {}) };
                    const { use } = chooseTool(facts, from);
                    if (use === "path") expect(found?.version).to.equal("0.32.0");
                    if (use === "release") expect(release.state).not.to.equal("unreachable");
                    if (use === "lab") expect(lab.state).not.to.equal("unsupported");
                    if (from === "lab") expect(use).to.be.oneOf(["lab", "none"]);
                    if (from === "official") expect(use).not.to.equal("lab");
                },
            ),
        );
    });
});

describe("chooseAll", () => {
    const all = (change: (name: string) => Partial<ToolFacts>) =>
        chooseAll(TOOLS.map((name) => ({ ...base, ...change(name), name })));
    const uses = (change: (name: string) => Partial<ToolFacts>) =>
        Object.fromEntries(all(change).map(({ name, use }) => [name, use]));

    it("needs nothing of the lab on a machine with internet", () => {
        const { pulumi, kind, plugins, images } = uses(() => ({
            release: reachable,
            lab: buildable,
        }));
        expect([pulumi, kind, plugins, images]).to.deep.equal(Array(4).fill("release"));
    });

    it("takes kind from the lab with pulumi: they share a folder", () => {
        const found = uses((name) => ({
            lab: built,
            ...(name === "kind" ? { found: onPath } : {}),
        }));
        expect(found).to.deep.equal({ kind: "lab", pulumi: "lab", plugins: "lab", images: "lab" });
    });

    it("takes only images from the lab where the tools are there and no registry is", () => {
        const found = uses((name) => ({
            lab: buildable,
            ...(name === "images" ? {} : { found: onPath }),
        }));
        expect(found).to.deep.equal({
            kind: "path",
            pulumi: "path",
            plugins: "path",
            images: "lab",
        });
    });
});
