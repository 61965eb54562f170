// SPDX-License-Identifier: Apache-2.0
import { type VerifyReport, formatTable, verdict, verifyFleet } from "../verify/index";
import type { From } from "./choose";
import { type Interrupts, interruptible } from "./interrupt";
import { change, countChanges } from "./pulumi";
import { clearSettled, saysPending } from "./pending";
import { type Session, machineSteps } from "./startMachine";
import { selectStack, unlock } from "./stack";
import { type Step, runSteps } from "./steps";
import { readFleet } from "./verify";

export interface StartOptions {
    readonly stack: string;
    readonly from?: From;
    readonly toolsOnly?: boolean;
}

/**
 * From nothing to a verified mesh. Every step looks first at what is there, so a run that was
 * stopped goes on where it stopped, and one with nothing to do does nothing.
 */
export async function start(options: StartOptions): Promise<void> {
    const report = await interruptible(async (interrupts) => {
        const session: Session = { ...options, interrupts, choices: [], environment: {} };
        const found: { report?: VerifyReport } = {};
        const mesh = options.toolsOnly ? [] : meshSteps(session, interrupts, found);
        await runSteps([...machineSteps(session), ...mesh], interrupts.signal);
        return found.report;
    });
    if (!report) return;
    process.stdout.write(`\n${formatTable(report)}\n`);
    if (!report.ok) process.exitCode = 1;
    else process.stdout.write(`${hints(options.stack)}\n`);
}

function meshSteps(
    session: Session,
    interrupts: Interrupts,
    found: { report?: VerifyReport },
): Step[] {
    const { stack } = session;
    return [
        { title: `Stack ${stack}`, run: (say) => openStack(session, say) },
        { title: "pulumi up", run: (say) => up(session, say) },
        {
            title: "Verify",
            run: async (say) => {
                const fleet = await readFleet(stack, session.environment);
                const { signal } = interrupts;
                found.report = await verifyFleet(fleet, { onProgress: say, signal });
                return verdict(found.report);
            },
        },
    ];
}

async function openStack(session: Session, say: (line: string) => void): Promise<string> {
    const { stack, environment, paths } = session;
    if (!paths) throw new Error("the machine's steps come first");
    await unlock(paths, stack, environment, say);
    const made = await selectStack(paths, stack, environment);
    return `${made ? "made" : "there"}, its state is in ${paths.state}`;
}

async function up(session: Session, say: (line: string) => void): Promise<string> {
    const { stack, environment, interrupts } = session;
    const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
    const lines = await change(args, environment, interrupts, say);
    const changes = countChanges(lines);
    if (!lines.some(saysPending)) return changes;
    const cleared = await clearSettled(stack, environment);
    return cleared ? `${changes}; what an interrupted run had begun is finished` : changes;
}

function hints(stack: string): string {
    const flag = stack === "dev" ? "" : ` -- --stack ${stack}`;
    return [
        `Use plain pulumi on it:  eval "$(npm run -s env)"`,
        `Ask it again:            npm run verify${flag}`,
        `Take it down:            npm run down${flag}`,
    ].join("\n");
}
