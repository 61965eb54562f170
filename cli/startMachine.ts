// SPDX-License-Identifier: Apache-2.0
import { freeDisk, inotifyLimit, memory, raiseInotifyLimit } from "../host/machine";
import type { FleetPlan } from "../plan/fleet";
import { type Choice, type From, type Use, chooseAll } from "./choose";
import { type Diagnosis, diagnoseDisk, diagnoseEngine, diagnoseMemory } from "./diagnose";
import { download } from "./download";
import { ownEnvironment, userBundle, usesOf, variablesFor } from "./environment";
import { findTools } from "./find";
import { limitToSet, raiseCommand } from "./inotify";
import type { Interrupts } from "./interrupt";
import { isLabUpToDate, runLab } from "./lab";
import { readLabTools, whyNoLabHere } from "./labState";
import { environmentFor, needsEngine } from "./needs";
import { countMissing, countNodes } from "./nodes";
import { type Paths, pathsOf } from "./paths";
import { neededPlugins } from "./pulumiHome";
import type { Environment } from "./pulumi";
import { docker } from "./releases";
import { readStackConfig } from "./stackConfig";
import { type Step, StepError } from "./steps";
import { engineVersion, readHost, surveyMachine } from "./survey";
import { prepare, readUses, writeUses } from "./toolbox";

/** What the steps of a start find out for one another. */
export interface Session {
    readonly stack: string;
    readonly from?: From;
    readonly interrupts: Interrupts;
    paths?: Paths;
    plan?: FleetPlan;
    bundle?: string;
    choices: readonly Choice[];
    /** What pulumi runs in, once the tools are there. */
    environment: Environment;
}

type Say = (line: string) => void;

/** The steps that get a machine ready for pulumi. */
export function machineSteps(session: Session): Step[] {
    return [
        { title: "This machine", run: (say) => examine(session, say) },
        { title: "Tools", run: (say) => choose(session, say) },
        { title: "Official releases", run: (say) => downloadAll(session, say) },
        { title: "Built from source", run: (say) => build(session, say) },
        { title: "Docker engine", run: (say) => engine(session, say) },
        { title: "Limits and addresses", run: (say) => limits(session, say) },
    ];
}

/** What stops the run before anything is installed. */
async function examine(session: Session, say: Say): Promise<string> {
    const { stack } = session;
    const { plan, problems, bundle } = readStackConfig(stack);
    if (!plan) throw new StepError(`the config of stack ${stack} cannot be used`, problems);
    const paths = pathsOf();
    session.paths = paths;
    session.plan = plan;
    const own = bundle ?? userBundle(process.env, paths);
    if (own) session.bundle = own;
    // No engine is asked yet, so all of them count, also those that run.
    const { clusters, workers } = countMissing(plan, []);
    warn(
        [
            diagnoseMemory((await memory()).available, clusters, workers),
            diagnoseDisk(await freeDisk(paths.cache), paths.cache),
        ],
        say,
    );
    const names = plan.clusters.map(({ name }) => name).join(", ");
    return `${String(plan.clusters.length)} clusters planned (${names}); everything is kept in ${paths.cache}`;
}

async function choose(session: Session, say: Say): Promise<string> {
    const paths = pathsIn(session);
    const tools = await findTools({
        paths,
        lab: readLabTools(paths),
        plugins: await neededPlugins(),
        previous: await readUses(paths),
        bundle: session.bundle,
        online: session.from !== "lab",
    });
    const choices = chooseAll(tools, session.from);
    for (const { reason } of choices) say(reason);
    const missing = choices.filter(({ use }) => use === "none");
    if (missing.length > 0) {
        const names = missing.map(({ name }) => name).join(", ");
        throw new StepError(
            `${names} cannot be had`,
            missing.map(({ reason }) => reason),
        );
    }
    session.choices = choices;
    const by = (use: Use) => choices.filter((choice) => choice.use === use).map(({ name }) => name);
    const parts = [
        ["on this machine", by("path")],
        ["official", by("release")],
        ["from the lab", by("lab")],
    ] as const;
    const used = parts.filter(([, names]) => names.length > 0);
    return used.map(([where, names]) => `${names.join(", ")} ${where}`).join("; ");
}

async function downloadAll(session: Session, say: Say): Promise<string> {
    const { choices, interrupts } = session;
    const done: string[] = [];
    for (const { name, use, reason } of choices) {
        if (use !== "release" || reason.endsWith("downloaded before")) continue;
        if (name !== "kind" && name !== "pulumi") continue;
        say(`Downloading ${reason}`);
        done.push(await download(name, pathsIn(session), interrupts.signal));
    }
    return done.length > 0 ? `installed in ${done.join(", ")}` : "nothing to download";
}

async function build(session: Session, say: Say): Promise<string> {
    const { choices, interrupts } = session;
    if (!choices.some(({ use }) => use === "lab")) return "nothing to build";
    // A build touches the engine even when it has nothing to do; a look doesn't.
    if (readLabTools(pathsIn(session)) && (await isLabUpToDate(interrupts))) return "up to date";
    await runLab(["build"], interrupts, say);
    return "done";
}

async function engine(session: Session, say: Say): Promise<string> {
    if (!needsEngine(planIn(session))) return "not needed: all clusters exist";
    const { interrupts } = session;
    let version = await engineVersion();
    if (version === undefined) {
        const reason = await whyNoLabHere();
        if (reason) {
            throw new StepError(
                `no docker engine answers, and ${reason}. Install one: ${docker.page}`,
            );
        }
        await runLab(["engine", "start"], interrupts, say);
        version = await engineVersion();
    }
    const { ok, detail } = diagnoseEngine(version, false);
    if (!ok) throw new StepError(detail);
    return `${version ?? ""} answers`;
}

/** What can be looked at, and set up, only when the tools are there, and the engine if it is needed. */
async function limits(session: Session, say: Say): Promise<string> {
    const { stack } = session;
    const plan = planIn(session);
    const paths = await settle(session);
    const host = await readHost(needsEngine(plan));
    if (needsEngine(plan)) await raiseInotify(countNodes(plan, host.kindNodes), say);
    const found = await surveyMachine(plan, stack, paths, host);
    const blocking = found.filter(({ ok, blocking }) => !ok && blocking);
    if (blocking.length > 0) {
        throw new StepError("this machine is not ready", blocking.map(sentence));
    }
    return "fine";
}

/** Writes down what was chosen, and makes the environment that pulumi runs in. */
async function settle(session: Session): Promise<Paths> {
    const paths = pathsIn(session);
    const lab = readLabTools(paths);
    const uses = usesOf(session.choices);
    await prepare({ paths, uses, lab });
    await writeUses(paths, uses);
    const variables = variablesFor(uses, paths, lab, process.env);
    session.environment = environmentFor(planIn(session), ownEnvironment(process.env, variables));
    return paths;
}

async function raiseInotify(nodes: number, say: Say): Promise<void> {
    const present = await inotifyLimit();
    const limit = present === undefined ? undefined : limitToSet(present, nodes);
    if (present === undefined || limit === undefined) return;
    const raised = await raiseInotifyLimit(limit);
    if (!raised) return;
    say(
        `Raised fs.inotify.max_user_instances from ${String(present)} to ${String(limit)} until the ` +
            `next boot, for ${String(nodes)} kind nodes (${raiseCommand(limit)}).`,
    );
}

function warn(diagnoses: readonly Diagnosis[], say: Say): void {
    for (const diagnosis of diagnoses) if (!diagnosis.ok) say(`Warning: ${sentence(diagnosis)}`);
}

function sentence({ detail, fix }: Diagnosis): string {
    return fix ? `${detail} Fix: ${fix}` : detail;
}

function planIn({ plan }: Session): FleetPlan {
    if (!plan) throw new Error("the machine is examined first");
    return plan;
}

function pathsIn({ paths }: Session): Paths {
    if (!paths) throw new Error("the machine is examined first");
    return paths;
}
