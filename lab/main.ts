import { Command } from "commander";
import { build, findMissing } from "./build";
import { readCatalog } from "./catalog";
import { requireDebian } from "./debian";
import { engineVersion } from "./docker";
import { runningEngine, stopEngine } from "./engine";
import { testPrograms } from "./goTest";
import { withLock } from "./lock";
import { stopCommands, stopSignal } from "./process";
import { prune, pruneAll } from "./prune";
import { inOrder } from "./schedule";
import { Workshop } from "./workshop";

const say = (line: string) => {
    process.stdout.write(`${line}\n`);
};

async function open() {
    const catalog = await readCatalog();
    const workshop = new Workshop(say, catalog.programs.runtime);
    return { catalog, workshop };
}

/** Runs what changes the lab: on a machine that it supports, and one at a time. */
async function change(
    work: (lab: Awaited<ReturnType<typeof open>>) => Promise<void>,
): Promise<void> {
    await requireDebian();
    const lab = await open();
    const onWait = (pid: number) => {
        say(`waits for process ${String(pid)}, which works on the same lab`);
    };
    await withLock(lab.workshop.paths.lock, onWait, () => work(lab));
}

async function showStatus(): Promise<void> {
    const { catalog, workshop } = await open();
    const parts = inOrder(catalog.wanted);
    const missing = await findMissing(parts, workshop);
    for (const part of parts)
        say(`${missing.has(part) ? "missing   " : "up to date"}  ${part.name}`);
    await showEngine();
    if (missing.size > 0) process.exitCode = 1;
}

async function showEngine(): Promise<void> {
    const { workshop } = await open();
    const version = await engineVersion();
    const own = await runningEngine(workshop.paths);
    const whose = own === undefined ? "not the lab's" : `the lab's, process ${String(own.pid)}`;
    say(version === undefined ? "no docker engine answers" : `docker engine ${version} (${whose})`);
}

function program(): Command {
    const lab = new Command("lab").description(
        "Builds from source what cannot be downloaded: tools, plugins, images, charts",
    );
    lab.command("build")
        .description("make whatever is missing, and write tools.json and bundle.json")
        .action(() => change(({ catalog, workshop }) => build(catalog, workshop)));
    lab.command("status").description("say what is made and what is missing").action(showStatus);
    lab.command("test")
        .description("run the tests of the lab's own Go programs")
        .action(async () => {
            await testPrograms((await open()).workshop);
        });
    lab.command("prune")
        .description("remove what no current recipe uses")
        .option("--all", "remove everything of the lab, its engine first")
        .action((options: { all?: true }) =>
            change(({ catalog, workshop }) =>
                options.all === true ? pruneAll(workshop) : prune(catalog, workshop),
            ),
        );
    const engine = lab.command("engine").description("the docker engine of the lab");
    engine
        .command("start")
        .description("start a docker engine, if none answers")
        .action(() =>
            change(async ({ workshop }) => {
                const { version, ours } = await workshop.engine();
                say(`docker engine ${version} answers${ours ? "" : " (not the lab's)"}`);
            }),
        );
    engine
        .command("stop")
        .description("stop the engine that the lab started, and no other")
        .action(() =>
            change(async ({ workshop }) => {
                const stopped = await stopEngine(workshop.paths);
                say(stopped ? "the lab's docker engine has ended" : "the lab runs no engine");
            }),
        );
    engine.command("status").description("say which engine answers").action(showEngine);
    return lab;
}

/** Ends in order at the first signal: what is half made is removed. A second one ends at once. */
function stopOn(signal: "SIGINT" | "SIGTERM", code: number): void {
    process.on(signal, () => {
        if (stopSignal.aborted) process.exit(code);
        process.exitCode = code;
        stopCommands();
    });
}

async function main(): Promise<void> {
    process.umask(0o022); // what is built must be readable inside containers
    stopOn("SIGINT", 130);
    stopOn("SIGTERM", 143);
    await program().parseAsync();
}

main().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(stopSignal.aborted ? "lab: stopped\n" : `lab: ${reason}\n`);
    process.exitCode ??= 1;
});
