// SPDX-License-Identifier: Apache-2.0
import { type Choice, chooseAll } from "./choose";
import {
    type Diagnosis,
    diagnoseConfig,
    diagnoseEngine,
    diagnosePlugins,
    diagnoseTool,
    formatDiagnoses,
    isHealthy,
} from "./diagnose";
import { type LabTools, userBundle } from "./environment";
import { findTools } from "./find";
import { readLabTools } from "./labState";
import { needsEngine } from "./needs";
import { pathsOf } from "./paths";
import { neededPlugins } from "./pulumiHome";
import { readStackConfig } from "./stackConfig";
import { engineVersion, readHost, surveyMachine } from "./survey";
import { readUses } from "./toolbox";

export interface DoctorOptions {
    readonly stack: string;
    readonly json?: boolean;
}

/** Says what the machine lacks, with what fixes it. The exit code is 1 when something blocks. */
export async function doctor({ stack, json }: DoctorOptions): Promise<void> {
    const diagnoses = await examine(stack);
    const ok = isHealthy(diagnoses);
    const text = json
        ? JSON.stringify({ ok, stack, checks: diagnoses })
        : `${formatDiagnoses(diagnoses)}\n${verdict(ok)}`;
    process.stdout.write(`${text}\n`);
    if (!ok) process.exitCode = 1;
}

function verdict(ok: boolean): string {
    return ok
        ? "Nothing that blocks is missing."
        : "Something is missing: see the lines with FAIL.";
}

async function examine(stack: string): Promise<Diagnosis[]> {
    const paths = pathsOf();
    const lab = readLabTools(paths);
    const { plan, problems, bundle } = readStackConfig(stack);
    const engine = await engineVersion();
    const tools = await findTools({
        paths,
        lab,
        plugins: await neededPlugins(),
        previous: await readUses(paths),
        bundle: bundle ?? userBundle(process.env, paths),
        online: true,
    });
    const choices = chooseAll(tools);
    const released = new Set(
        tools.filter(({ release }) => release.state === "downloaded").map(({ name }) => name),
    );
    const canInstall = tools[0]?.lab.state !== "unsupported";
    return [
        ...diagnoseConfig(stack, problems),
        ...(plan && !needsEngine(plan) ? [] : [diagnoseEngine(engine, canInstall)]),
        ...choices.map((choice) => diagnoseTool(choice, isHere(choice, released, lab))),
        ...pluginsInUse(choices, lab),
        ...(plan
            ? await surveyMachine(plan, stack, paths, await readHost(engine !== undefined))
            : []),
    ];
}

/** Whether a tool could be used now. Images and plugins that can be had are fetched when needed. */
function isHere(
    { name, use }: Choice,
    released: ReadonlySet<string>,
    lab: LabTools | undefined,
): boolean {
    if (use === "lab") return lab !== undefined;
    if (use === "release") return name === "images" || name === "plugins" || released.has(name);
    return use === "path";
}

function pluginsInUse(choices: readonly Choice[], lab: LabTools | undefined): Diagnosis[] {
    const use = choices.find(({ name }) => name === "plugins")?.use;
    return use === "lab" && lab ? diagnosePlugins(lab.plugins) : [];
}
