// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import { Command, Option } from "commander";
import { printable } from "../plan/shown";
import { reasonOf } from "../verify/report";
import { complaintLine, qualifiedStackName, stackName } from "./arguments";
import type * as Diagram from "./diagram";
import type * as Doctor from "./doctor";
import type * as Down from "./down";
import type * as Env from "./env";
import { Interrupted } from "./interrupt";
import type * as Open from "./open";
import type * as Rotate from "./rotate";
import type * as Schema from "./schema";
import type * as Start from "./start";
import { StepError } from "./steps";
import type * as Verify from "./verify";

/** Loads a command's module. */
export type Load = (module: string) => unknown;

const stack = (parse = stackName) =>
    new Option("--stack <name>", "the Pulumi stack, with its config in Pulumi.<name>.yaml")
        .default("dev")
        .argParser(parse);

/**
 * All commands.
 *
 * @param load is called when a command runs: some modules load megabytes.
 */
export function program(load: Load = createRequire(__filename)): Command {
    const cli = new Command("istio-fleet")
        .description("A fleet of clusters in one Istio mesh, as a Pulumi stack")
        .configureOutput({
            outputError: (text, write) => {
                write(`${complaintLine(text)}\n`);
            },
        });
    cli.command("start")
        .description("from nothing to a verified mesh: tools, pulumi up, verify")
        .addOption(stack())
        .addOption(
            new Option("--from <source>", "take tools from there only").choices([
                "official",
                "lab",
            ]),
        )
        .option("--tools-only", "stop when the tools and the docker engine are there")
        .action((options: Start.StartOptions) => (load("./start") as typeof Start).start(options));
    cli.command("down")
        .description("destroy the stack, and stop the docker engine if the lab started it")
        .addOption(stack())
        .action((options: Down.DownOptions) => (load("./down") as typeof Down).down(options));
    cli.command("rotate")
        .description("replace credentials ahead of time, and verify: tokens of edges, or the root")
        .addOption(stack())
        .addOption(new Option("--edges", "a new token for every edge").conflicts("root"))
        .option("--root", "the next stage on the way to another root of trust")
        .action((options: Rotate.RotateOptions) =>
            (load("./rotate") as typeof Rotate).rotate(options),
        );
    addQuestions(cli, load);
    addOpen(cli, load);
    addDiagram(cli, load);
    return cli;
}

/** The commands that change nothing but files of our own. */
function addQuestions(cli: Command, load: Load): void {
    cli.command("verify")
        .description("ask the live clusters whether they are the mesh that the stack describes")
        .addOption(stack(qualifiedStackName))
        .option("--json", "print one JSON object")
        .action((options: Verify.VerifyArguments) =>
            (load("./verify") as typeof Verify).verify(options),
        );
    cli.command("doctor")
        .description("say what this machine lacks, with the command that fixes it")
        .addOption(stack())
        .option("--json", "print one JSON object")
        .action((options: Doctor.DoctorOptions) =>
            (load("./doctor") as typeof Doctor).doctor(options),
        );
    cli.command("env")
        .description('print shell exports for plain pulumi: eval "$(npm run -s env)"')
        .action(() => (load("./env") as typeof Env).printEnvironment());
    cli.command("schema")
        .description("write schema.json, the JSON schema of a stack's file")
        .action(() => (load("./schema") as typeof Schema).writeSchema());
}

function addOpen(cli: Command, load: Load): void {
    cli.command("open")
        .description("make a page of the metrics stack reachable on this machine, until Ctrl-C")
        .argument("<target>", "thanos, grafana, collector or federation")
        .addOption(stack(qualifiedStackName))
        .option(
            "--cluster <name>",
            "whose collector or federation; the central cluster's if unsaid",
        )
        .option("--port <port>", "port of 127.0.0.1; a free one if unsaid")
        .option("--browser", "open it in a browser too")
        .action((target: string, options: Open.OpenOptions) =>
            (load("./open") as typeof Open).open(target, options),
        );
}

function addDiagram(cli: Command, load: Load): void {
    cli.command("diagram")
        .description("draw the fleet of a stack's config: networks, clusters, roles and edges")
        .addOption(stack())
        .addOption(
            new Option("--format <format>", "what to print")
                .choices(["mermaid", "svg"])
                .default("mermaid"),
        )
        .addOption(
            new Option("--docs", "write the diagrams that pages in docs/ name instead").conflicts([
                "stack",
                "format",
            ]),
        )
        .action((options: Diagram.DiagramOptions) =>
            (load("./diagram") as typeof Diagram).diagram(options),
        );
}

/** Errors are for the user: what is wrong, with a stack trace only when DEBUG asks for one. */
function explain(error: unknown): void {
    const details = error instanceof StepError ? error.details : [];
    for (const line of details) process.stderr.write(`    ${line}\n`);
    const text = error instanceof Error && process.env.DEBUG ? error.stack : messageOf(error);
    // What was typed may be in it.
    const lines = (text ?? "").split("\n").map(printable);
    process.stderr.write(`istio-fleet: ${lines.join("\n")}\n`);
    process.exitCode = error instanceof Interrupted ? error.exitCode : 1;
}

/** Lists of problems have lines, which stay. */
function messageOf(error: unknown): string {
    return error instanceof Error && error.message ? error.message : reasonOf(error);
}

if (require.main === module) program().parseAsync().catch(explain);
