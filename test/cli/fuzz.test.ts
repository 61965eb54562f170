// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Command, CommanderError } from "commander";
import fc from "fast-check";
import { program } from "../../cli/main";
import { HOSTILE_NAMES } from "../helpers/hostile";

/** What came of a command line: the exit code of its end, or the arguments of what it ran. */
interface Parsed {
    readonly exitCode?: number;
    readonly ran: readonly unknown[][];
    readonly stdout: string;
    readonly stderr: string;
}

/** Parses a command line, with commands that do nothing in the place of ours. */
async function parse(argv: readonly string[]): Promise<Parsed> {
    const ran: unknown[][] = [];
    const text = { stdout: "", stderr: "" };
    const run = (...args: unknown[]) => {
        ran.push(args);
    };
    // Whatever function of a module is asked for, it is this one.
    const cli = program(() => new Proxy({}, { get: () => run }));
    for (const command of everyCommand(cli)) {
        command.exitOverride().configureOutput({
            writeOut: (part) => (text.stdout += part),
            writeErr: (part) => (text.stderr += part),
        });
    }
    try {
        await cli.parseAsync(argv, { from: "user" });
        return { ran, ...text };
    } catch (error) {
        if (!(error instanceof CommanderError)) throw error;
        return { exitCode: error.exitCode, ran, ...text };
    }
}

function everyCommand(command: Command): Command[] {
    return [command, ...command.commands.flatMap(everyCommand)];
}

const COMMANDS = everyCommand(program()).slice(1);
const OPTIONS = [...new Set(COMMANDS.flatMap(({ options }) => options.map(({ long }) => long)))];

const option = fc.constantFrom(...OPTIONS.map((long) => long ?? ""), "--nonsense", "-h", "--", "-");
const value = fc.oneof(
    fc.constantFrom(...HOSTILE_NAMES),
    fc.constantFrom("dev", "o/p/s", "official", "svg", "thanos", "8080", "__proto__", "-1", "1e3"),
    fc.constantFrom("x".repeat(100_000), `--${"x".repeat(100_000)}`),
    fc.string({ unit: "binary", maxLength: 10 }),
);
const word = fc.oneof(
    option,
    value,
    fc.tuple(option, value).map(([name, given]) => `${name}=${given}`),
);
const commandLine = fc
    .tuple(
        fc.oneof(
            { weight: 5, arbitrary: fc.constantFrom(...COMMANDS.map((one) => one.name())) },
            { weight: 1, arbitrary: word },
        ),
        fc.array(word, { maxLength: 6 }),
    )
    .map(([command, words]) => [command, ...words]);

/** No more than one line: a complaint of 400 characters, and a suggestion. */
const LINE = /^error: [^\p{Cc}\p{Zl}\p{Zp}]{1,500}\n$/u;

describe("any command line", () => {
    it("runs one command, or is refused in one line with exit code 1", async () => {
        await fc.assert(
            fc.asyncProperty(commandLine, async (argv) => {
                const { exitCode, ran, stdout, stderr } = await parse(argv);
                if (exitCode === undefined || exitCode === 0) {
                    // Help, when nothing ran.
                    expect([ran.length, stdout === ""]).to.deep.equal([ran.length, ran.length > 0]);
                    expect(ran.length).to.be.at.most(1);
                    expect(stderr).to.equal("");
                } else {
                    expect({ exitCode, ran, stdout }).to.deep.equal({
                        exitCode: 1,
                        ran: [],
                        stdout: "",
                    });
                    // Without a command it is the help that goes there.
                    if (!stderr.startsWith("Usage: ")) expect(stderr).to.match(LINE);
                }
            }),
            { numRuns: 500 },
        );
    });

    it("runs a command with a stack's name that is no more than a name", async () => {
        const names = COMMANDS.filter(({ options }) =>
            options.some(({ long }) => long === "--stack"),
        ).map((one) => one.name());
        expect(names).to.have.members([
            "start",
            "down",
            "rotate",
            "verify",
            "doctor",
            "open",
            "diagram",
        ]);
        for (const command of names) {
            for (const name of HOSTILE_NAMES) {
                const argv = [command, ...(command === "open" ? ["thanos"] : []), "--stack", name];
                const { exitCode, ran, stderr } = await parse(argv);
                expect({ exitCode, ran }, name).to.deep.equal({ exitCode: 1, ran: [] });
                expect(stderr).to.match(LINE);
                expect(stderr).to.match(/^error: option '--stack <name>' argument '.*' is invalid/);
            }
        }
    });

    it("gives the last of an option that stands twice", async () => {
        const { ran } = await parse(["verify", "--stack", "a", "--stack=b", "--json", "--json"]);
        expect(ran[0]?.[0]).to.deep.equal({ stack: "b", json: true });
    });

    it("gives what is to be rotated, one or neither", async () => {
        const rotated = async (...flags: string[]) =>
            (await parse(["rotate", ...flags])).ran[0]?.[0];
        expect(await rotated("--edges", "--stack=a")).to.deep.equal({ stack: "a", edges: true });
        expect(await rotated("--root")).to.deep.equal({ stack: "dev", root: true });
        expect(await rotated()).to.deep.equal({ stack: "dev" });
    });

    const missing: [argv: string[], line: string][] = [
        [["verify", "--stack"], "error: option '--stack <name>' argument missing\n"],
        [["open"], "error: missing required argument 'target'\n"],
        [["opne"], "error: unknown command 'opne' (Did you mean open?)\n"],
        [["verify", "--jsn"], "error: unknown option '--jsn' (Did you mean --json?)\n"],
        [
            ["rotate", "--edges", "--root"],
            "error: option '--edges' cannot be used with option '--root'\n",
        ],
        [
            ["rotate", "--root", "--stack", "a", "--edges"],
            "error: option '--edges' cannot be used with option '--root'\n",
        ],
        [["env", "x"], "error: too many arguments for 'env'. Expected 0 arguments but got 1: x.\n"],
        [
            ["start", "--from", "$(reboot)"],
            "error: option '--from <source>' argument '$(reboot)' is invalid. Allowed choices are official, lab.\n",
        ],
        [
            ["down", "--stack", "../x\n"],
            "error: option '--stack <name>' argument '../x\\u000a' is invalid. " +
                'It must be up to 100 letters, digits, "_", "." and "-", the first a letter, a digit or "_".\n',
        ],
    ];
    for (const [argv, line] of missing) {
        it(`is refused: ${JSON.stringify(argv.join(" "))}`, async () => {
            expect(await parse(argv)).to.deep.include({ exitCode: 1, ran: [], stderr: line });
        });
    }
});
