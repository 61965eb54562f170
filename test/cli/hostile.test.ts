// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Outcome, run } from "../../cli/child";
import { ROOT } from "../../cli/paths";
import { Recorder } from "../helpers/recorder";

/** What people may type by mistake or on purpose, and what is said of it. */
const lines: [argv: string[], said: RegExp][] = [
    [["$(reboot)"], /^error: unknown command '\$\(reboot\)'$/],
    [["down", "--stack", "--all"], /^error: option '--stack <name>' argument '--all' is invalid/],
    [["start", "--stack", "`reboot`"], /^error: option '--stack <name>' argument '`reboot`' is/],
    [["verify", "--stack", "a\nb"], /^error: option '--stack <name>' argument 'a\\u000ab' is/],
    [["doctor", "--stack", "x".repeat(100_000)], /^error: option '--stack <name>' argument 'xxx/],
    [["diagram", "--stack", "../x"], /^error: option '--stack <name>' argument '..\/x' is invalid/],
    [
        ["rotate", "--root", "--stack", "a;reboot"],
        /^error: option '--stack <name>' argument 'a;reboot/,
    ],
    [
        ["rotate"],
        /^istio-fleet: say what to rotate: --edges for their tokens, or --root for a stage$/,
    ],
    [["open", "{{.}}"], /^istio-fleet: "{{\.}}" cannot be opened: thanos, grafana, collector and/],
    [["open", "thanos", "--port", "1;reboot"], /^istio-fleet: --port "1;reboot" must be a number/],
];

describe("the command line, in a process of its own", () => {
    let recorder: Recorder;
    let outcomes: Outcome[];
    before(async function () {
        // A start takes a second of a processor.
        this.timeout(60_000);
        recorder = new Recorder();
        for (const tool of ["pulumi", "docker", "kind", "kubectl", "sh"]) recorder.add(tool);
        const env = {
            ...recorder.environment,
            ISTIO_FLEET_CACHE: join(recorder.folder, "cache"),
        };
        const main = ["-r", "ts-node/register", join("cli", "main.ts")];
        outcomes = await Promise.all(
            lines.map(([argv]) => run(process.execPath, [...main, ...argv], { cwd: ROOT, env })),
        );
    });
    after(() => {
        recorder.remove();
    });

    for (const [i, [argv, said]] of lines.entries()) {
        it(`refuses in one line: ${JSON.stringify(argv).slice(0, 40)}`, () => {
            const { exitCode, stdout, stderr } = outcomes[i] ?? {};
            expect({ exitCode, stdout }).to.deep.equal({ exitCode: 1, stdout: "" });
            expect(stderr).to.match(said);
            expect(stderr).to.match(/^[^\n]{1,500}\n?$/);
            expect(stderr).not.to.match(/^\s+at .*:\d+:\d+/m);
        });
    }

    it("asks no other program, and keeps nothing", () => {
        expect(recorder.takeCalls()).to.deep.equal([]);
        expect(existsSync(join(recorder.folder, "cache"))).to.equal(false);
    });
});
