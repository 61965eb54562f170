// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { randomOf, seedOf } from "./soak/faults/random";
import { FaultReport } from "./soak/faults/report";

describe("the moments of kills", () => {
    it("are the same for the same seed, spread from 0 to 1, and others for another one", () => {
        const take = (seed: number) => Array.from({ length: 1000 }, randomOf(seed));
        const moments = take(7);
        expect(moments).to.deep.equal(take(7));
        expect(moments).not.to.deep.equal(take(8));
        expect(moments.every((one) => one >= 0 && one < 1)).to.equal(true);
        const tenths = new Set(moments.map((one) => Math.floor(one * 10)));
        expect(tenths.size).to.equal(10);
    });

    it("have a seed that can be given, and one of the moment otherwise", () => {
        expect(seedOf({ SOAK_SEED: "42" })).to.equal(42);
        expect(seedOf({}, 1_700_000_123_456)).to.equal(123_456);
        expect(seedOf({ SOAK_SEED: "" }, 5)).to.equal(5);
        expect(() => seedOf({ SOAK_SEED: "x" })).to.throw('SOAK_SEED is "x"');
    });
});

describe("the report of faults", () => {
    const row = (id: string) => ({ id, fault: id, during: "traffic", end: "well", seconds: 1.6 });
    let folder: string;
    let page: string;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "istio-fleet-report-"));
        page = join(folder, "page.md");
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("has a row for each, in the list's order, and the figures", () => {
        const report = new FaultReport("faults", ["kill-1", "gateway", "istiod"]);
        report.addSeed(42);
        report.addSecrets(30, 0);
        report.add({ ...row("istiod"), end: "a | b\nc", sent: 100, lost: 2 });
        report.add({ ...row("kill-1"), sent: 11, lost: 1 });
        const lines = report.text(new Date(0)).split("\n");
        expect(lines[2]).to.equal("| kill-1 | traffic | well | 11 | 1 | 2 |");
        expect(lines[3]).to.equal("| istiod | traffic | a b c | 100 | 2 | 2 |");
        expect(lines[5]).to.equal(
            "Faults tried: 2. Requests sent: 111, lost: 3. Secrets looked for: 30, leaked: 0.",
        );
        expect(lines[7]).to.match(/^One run, .*, seed 42, 1970-01-01\.$/);
        expect(() => {
            report.add(row("unknown"));
        }).to.throw('"unknown"');
    });

    it("is written when every fault was tried, and not before", async () => {
        const before = "# Page\n\n<!-- faults -->\n<!-- /faults -->\n\nMore.\n";
        await writeFile(page, before);
        const report = new FaultReport("faults", ["gateway", "istiod"]);
        report.add(row("istiod"));
        expect(report.missing).to.deep.equal(["gateway"]);
        expect(await report.write(page)).to.equal(
            `${page} stays, not tried: gateway\n${report.text()}`,
        );
        expect(await readFile(page, "utf8")).to.equal(before);
        report.add(row("gateway"));
        expect(await report.write(page)).to.equal(`${page} is written`);
        const text = await readFile(page, "utf8");
        expect(text).to.match(/^# Page\n\n<!-- faults -->\n\n\| fault [^]*\nMore\.\n$/);
        expect(text).to.contain("| – | – | 2 |");
    });
});
