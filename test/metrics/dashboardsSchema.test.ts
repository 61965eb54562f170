// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as ts from "typescript";
import { dashboardModel, fleetDashboards } from "../../metrics/dashboards";
import { versions } from "../../versions";

/*
 * Grafana's schema is published as TypeScript types alone. So what is checked is the JSON itself, as
 * it is sent: it is put into a file as a literal of the type and given to the compiler, which refuses
 * values that the schema does not know as well as keys that it does not have.
 */

const ROOT = join(__dirname, "..", "..");
const FILE = join(ROOT, "metrics", "dashboards", "json-under-test.ts");
const args = { scrapeSeconds: 15, reportSeconds: 120 };
const models = fleetDashboards(args).map((board) => dashboardModel(board));

/** What the compiler says against each JSON, by its place. */
function faults(jsons: readonly string[]): string[][] {
    const head = [
        'import type * as grafana from "@grafana/schema";',
        'import type { DashboardModel, Plain } from "./schema";',
    ];
    const lines = jsons.flatMap((json, i) => [
        `export const ours${String(i)}: DashboardModel = ${json};`,
        `export const theirs${String(i)}: Plain<grafana.Dashboard> = ${json};`,
    ]);
    const source = [...head, ...lines].join("\n");
    const program = compile(source);
    const file = program.getSourceFile(FILE);
    const found = [
        ...program.getSyntacticDiagnostics(file),
        ...program.getSemanticDiagnostics(file),
    ];
    const byJson = jsons.map((): string[] => []);
    for (const { start = 0, messageText } of found) {
        const line = source.slice(0, start).split("\n").length - 1 - head.length;
        const text = ts.flattenDiagnosticMessageText(messageText, " ");
        const of = byJson[Math.floor(line / 2)];
        if (!of) throw new Error(`the check itself does not compile: ${text}`);
        of.push(text);
    }
    return byJson;
}

function compile(source: string): ts.Program {
    const path = join(ROOT, "tsconfig.json");
    const parsed = ts.getParsedCommandLineOfConfigFile(
        path,
        { types: [] },
        {
            ...ts.sys,
            onUnRecoverableConfigFileDiagnostic: ({ messageText }) => {
                throw new Error(ts.flattenDiagnosticMessageText(messageText, " "));
            },
        },
    );
    if (!parsed) throw new Error(`${path}: cannot be read`);
    const { options } = parsed;
    const disk = ts.createCompilerHost(options);
    return ts.createProgram([FILE], options, {
        ...disk,
        fileExists: (file) => file === FILE || disk.fileExists(file),
        readFile: (file) => (file === FILE ? source : disk.readFile(file)),
        getSourceFile: (file, version, ...more) =>
            file === FILE
                ? ts.createSourceFile(file, source, version)
                : disk.getSourceFile(file, version, ...more),
    });
}

/** The first dashboard with one text of its JSON changed. */
function changed(from: string, to: string): string {
    const json = JSON.stringify(models[0]);
    if (!json.includes(from)) throw new Error(`not in the JSON: ${from}`);
    return json.replace(from, to);
}

describe("dashboards' JSON and Grafana's schema", function () {
    this.timeout(60_000);

    const wrong = {
        "an option with a value that there is not": changed('"mode":"multi"', '"mode":"many"'),
        "an option that there is not": changed('"showHeader":true', '"showHeader":true,"of":1'),
        "an option that is missing": changed('"showHeader":true,', ""),
        "a number for a text": changed('"title":"Heartbeats"', '"title":1'),
        "no version": changed('"schemaVersion":42,', ""),
        "another source of data": changed('"uid":"thanos"', '"uid":"prometheus"'),
        "a threshold without a colour": changed('"color":"red",', ""),
        "a place without a width": changed('"w":24,', ""),
        "a kind of panel that there is not": changed('"type":"stat"', '"type":"stats"'),
    };
    let answers: string[][];
    before(() => {
        answers = faults([
            ...models.map((model) => JSON.stringify(model)),
            ...Object.values(wrong),
        ]);
    });

    models.forEach(({ uid }, i) => {
        it(`fit: ${uid}`, () => {
            expect(answers[i]).to.deep.equal([]);
        });
    });

    Object.keys(wrong).forEach((what, i) => {
        it(`do not fit, and the check sees it: ${what}`, () => {
            expect(answers[models.length + i]).not.to.deep.equal([]);
        });
    });

    it("are of the version that runs", () => {
        const { devDependencies } = JSON.parse(
            readFileSync(join(ROOT, "package.json"), "utf8"),
        ) as { devDependencies: Record<string, string> };
        const { grafana } = versions.metricsImages;
        expect(grafana).to.equal(
            `docker.io/grafana/grafana:${String(devDependencies["@grafana/schema"])}`,
        );
    });
});
