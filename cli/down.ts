// SPDX-License-Identifier: Apache-2.0
import { existsSync } from "node:fs";
import { kindNodes } from "../host/docker";
import { type FleetPlan, kindClusters } from "../plan/fleet";
import { ownEnvironment } from "./environment";
import { type Interrupts, interruptible } from "./interrupt";
import { runLab } from "./lab";
import { environmentFor, needsEngineToGo } from "./needs";
import { removeOrphans, removeScratch } from "./orphans";
import { type Paths, hasStack } from "./paths";
import { type Environment, change, countChanges, tell } from "./pulumi";
import { listStacks, removeStack, unlock } from "./stack";
import { readStackConfig } from "./stackConfig";
import { type Step, StepError, runSteps } from "./steps";
import { engineVersion } from "./survey";
import { openToolbox, prepare } from "./toolbox";

export interface DownOptions {
    readonly stack: string;
}

interface Teardown {
    readonly stack: string;
    readonly paths: Paths;
    readonly environment: Environment;
    readonly interrupts: Interrupts;
    /** What the stack's file says now; undefined when it cannot be read. */
    readonly plan: FleetPlan | undefined;
    /** Whether a docker engine answers, once that was looked at. */
    engine: boolean;
}

type Say = (line: string) => void;

/** The opposite of start: the stack goes, and the docker engine if the lab started it. */
export async function down({ stack }: DownOptions): Promise<void> {
    const toolbox = await openToolbox();
    await prepare(toolbox);
    const { plan } = readStackConfig(stack);
    const environment = environmentFor(plan, ownEnvironment(process.env, toolbox.variables));
    await interruptible(async (interrupts) => {
        const { paths } = toolbox;
        const teardown: Teardown = { stack, plan, paths, environment, interrupts, engine: false };
        const steps = hasStack(toolbox.paths, stack) ? stackSteps(teardown) : [];
        if (steps.length === 0) process.stdout.write(`There is no stack ${stack} to destroy.\n`);
        const last = { title: "Docker engine", run: (say: Say) => stop(teardown, say) };
        await runSteps([...steps, last], interrupts.signal);
    });
    process.stdout.write(`${leftovers(toolbox.paths)}\n`);
}

function stackSteps(teardown: Teardown): Step[] {
    const { stack, paths, environment, interrupts } = teardown;
    return [
        { title: "Docker engine", run: (say) => revive(teardown, say) },
        {
            title: "pulumi destroy",
            run: async (say) => {
                await unlock(paths, stack, environment, say);
                const args = ["destroy", "--yes", "--skip-preview", "--stack", stack];
                return countChanges(await change(args, environment, interrupts, say));
            },
        },
        {
            title: "Leftovers",
            run: async (say) => {
                const planned = teardown.plan ? kindClusters(teardown.plan) : [];
                // Asked now: the engine is looked at by a step.
                const removed = teardown.engine
                    ? await removeOrphans(stack, environment, say)
                    : "not looked for, as no docker engine answers";
                await removeScratch(
                    paths,
                    planned.map(({ name }) => name),
                );
                return removed;
            },
        },
        {
            title: `Stack ${stack}`,
            run: async () => {
                await removeStack(stack, environment);
                return "removed";
            },
        },
    ];
}

/** Kind clusters can be removed only where an engine answers, even when it was stopped since. */
async function revive(teardown: Teardown, say: Say): Promise<string> {
    const { stack, plan, paths, environment, interrupts } = teardown;
    teardown.engine = (await engineVersion()) !== undefined;
    if (teardown.engine) return "answers";
    const state = await tell(["stack", "export", "--stack", stack], environment);
    if (!needsEngineToGo(plan, state)) return "not needed: all clusters exist";
    if (!existsSync(paths.labTools)) {
        throw new StepError("no docker engine answers. Start it, then run this again");
    }
    await runLab(["engine", "start"], interrupts, say);
    teardown.engine = true;
    return "started, to remove what is on it";
}

/** Stops the engine when the lab runs it and nothing of anybody's is on it. */
async function stop({ paths, interrupts }: Teardown, say: Say): Promise<string> {
    if (!existsSync(paths.labEngine)) return "not the lab's, left alone";
    const stacks = await listStacks(paths);
    if (stacks.length > 0) return `left running for stack ${stacks.join(", ")}`;
    const clusters = (await kindNodes().catch(() => [])).map(({ cluster }) => cluster);
    if (clusters.length > 0) return `left running for kind cluster ${clusters.join(", ")}`;
    await runLab(["engine", "stop"], interrupts, say);
    return "stopped";
}

function leftovers({ cache }: Paths): string {
    return (
        `Tools and images are kept in ${cache} for the next start. Remove what the lab built with ` +
        "`npm run lab -- prune --all`, and everything by removing that folder."
    );
}
