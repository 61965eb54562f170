// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect } from "chai";
import { docsFiles, outdated } from "../../cli/diagram";
import { ROOT } from "../../cli/paths";
import { toMermaid } from "../../plan/diagram/mermaid";
import { toSvg } from "../../plan/diagram/svg";
import { messageOf } from "../helpers/errors";
import { configOf, planOf } from "../helpers/fleets";

const plan = planOf(configOf(["a", "b"]));
const marked = "<!-- diagram: mine -->\n<!-- /diagram -->\n";
const drawn = `<!-- diagram: mine -->\n\n\`\`\`mermaid\n${toMermaid(plan)}\`\`\`\n\n<!-- /diagram -->\n`;

describe("docsFiles", () => {
    let folder: string;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "istio-fleet-docs-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("has the pages with diagrams, and a picture of each stack", async () => {
        await writeFile(join(folder, "b.md"), `${marked}text\n${marked}`);
        await writeFile(join(folder, "a.md"), "# No diagram\n");
        await writeFile(join(folder, "c.txt"), marked);
        expect(await docsFiles(folder, () => plan)).to.deep.equal([
            { path: join(folder, "b.md"), text: `${drawn}text\n${drawn}` },
            { path: join(folder, "images", "mine.svg"), text: toSvg(plan) },
        ]);
    });

    it("has nothing where there are no docs", async () => {
        expect(await docsFiles(join(folder, "none"), () => plan)).to.deep.equal([]);
    });

    it("says which page has a diagram without an end", async () => {
        const page = join(folder, "a.md");
        await writeFile(page, "<!-- diagram: mine -->\n");
        expect(await messageOf(() => docsFiles(folder, () => plan))).to.equal(
            `${relative(ROOT, page)}, line 1: the diagram of stack "mine" has no end. ` +
                "Write <!-- /diagram --> on a line of its own below it.",
        );
    });

    it("says which of them are not as they have to be", async () => {
        const [good, old, missing] = ["good", "old", "missing"].map((name) => ({
            path: join(folder, name),
            text: name,
        }));
        if (!good || !old || !missing) throw new Error("there are three");
        await writeFile(good.path, "good");
        await writeFile(old.path, "older");
        expect(await outdated([good, old, missing])).to.deep.equal([old, missing]);
    });
});

describe("docs/", () => {
    it("shows the stacks' configs as they are: npm run diagram -- --docs", async () => {
        const stale = (await outdated(await docsFiles())).map(({ path }) => relative(ROOT, path));
        expect(stale).to.deep.equal([]);
    });
});
