// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { roleOf, watchProcesses } from "../bench/processes";
import { type Measured, formatTable, parseSizes, parseUsage } from "../bench/scaleReport";

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

describe("roleOf", () => {
    it("knows providers by their names, wherever they are", () => {
        expect(roleOf(["/home/plugins/x/pulumi-resource-tls", "127.0.0.1:1"])).to.equal("provider");
    });

    it("knows the CLI, and not its language host", () => {
        expect(roleOf(["pulumi", "up"])).to.equal("cli");
        expect(roleOf(["/bin/pulumi-language-nodejs"])).to.equal(undefined);
    });

    it("knows the program by what its node runs", () => {
        const run = "/p/node_modules/@pulumi/pulumi/cmd/run";
        expect(roleOf(["/bin/node", "--x", run, "--monitor=1"])).to.equal("program");
        expect(roleOf(["node", `${run}/index.js`])).to.equal("program");
        expect(roleOf(["node", `${run}-plugin`])).to.equal(undefined);
        expect(roleOf(["node", "bench/scale.ts"])).to.equal(undefined);
        expect(roleOf([""])).to.equal(undefined);
    });
});

describe("watchProcesses", () => {
    it("finds what is below a process, and nothing else", async () => {
        const argv0 = "/plugins/pulumi-resource-test";
        const children = [spawn("sleep", ["60"], { argv0 }), spawn("sleep", ["60"], { argv0 })];
        await Promise.all(children.map((child) => once(child, "spawn")));
        const stops = [watchProcesses(), watchProcesses(children[0]?.pid)];
        await pause(500);
        const [below, elsewhere] = stops.map((stop) => stop());
        for (const child of children) child.kill();
        expect(below?.provider.count).to.equal(2);
        expect(below?.provider.bytes).to.be.within(2 * 100 * 1024, 20 * MIB);
        expect(below?.cli).to.deep.equal({ count: 0, bytes: 0 });
        expect(elsewhere?.provider).to.deep.equal({ count: 0, bytes: 0 });
    });
});

describe("parseSizes", () => {
    it("reads a list", () => {
        expect(parseSizes("1, 2,8")).to.deep.equal([1, 2, 8]);
    });

    for (const text of ["", "0", "1,", "two", "-1", "1.5"]) {
        it(`refuses "${text}"`, () => {
            expect(() => parseSizes(text)).to.throw(/^--clusters: .* must be numbers of clusters/);
        });
    }
});

describe("parseUsage", () => {
    it("reads what is used, in any unit", () => {
        expect(parseUsage("0B / 0B")).to.equal(0);
        expect(parseUsage("512KiB / 2GiB")).to.equal(512 * 1024);
        expect(parseUsage("332.5MiB / 23.54GiB")).to.equal(332.5 * MIB);
        expect(parseUsage("1.25GiB / 23.54GiB")).to.equal(1.25 * GIB);
    });

    it("refuses what is none", () => {
        expect(() => parseUsage("-- / --")).to.throw('docker stats: "-- / --"');
        expect(() => parseUsage("1GB / 2GB")).to.throw('docker stats: "1GB / 2GB"');
    });
});

describe("formatTable", () => {
    it("is a table in Markdown, a line each fleet", () => {
        const measured: Measured = {
            clusters: 2,
            edges: 2,
            up: 51.26,
            preview: 7,
            destroy: 3.04,
            nodesBytes: 2.5 * GIB,
            hostBytes: 3 * GIB,
            processes: {
                provider: { count: 6, bytes: 0.75 * GIB },
                cli: { count: 1, bytes: 0.25 * GIB },
                program: { count: 1, bytes: 0.5 * GIB },
            },
            stateBytes: 1.5 * MIB,
            resources: 213,
        };
        expect(formatTable([measured])).to.equal(
            "| clusters | edges | up | preview | destroy | nodes' memory | machine's memory | " +
                "providers | providers' RSS | pulumi's RSS | program's RSS | resources | state |\n" +
                "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n" +
                "| 2 | 2 | 51.3 s | 7.0 s | 3.0 s | 2.50 GiB | 3.00 GiB | " +
                "6 | 0.75 GiB | 0.25 GiB | 0.50 GiB | 213 | 1.5 MiB |\n",
        );
    });
});
