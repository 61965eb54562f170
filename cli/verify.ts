// SPDX-License-Identifier: Apache-2.0
import {
    type LiveFleet,
    type VerifyReport,
    formatJson,
    formatTable,
    parseFleet,
    verifyFleet,
} from "../verify/index";
import { reasonOf } from "../verify/report";
import { readingEnvironment } from "./environment";
import { type Interrupts, Interrupted, interruptible } from "./interrupt";
import { hasStack } from "./paths";
import { type Environment, tell } from "./pulumi";
import { StepError } from "./steps";
import { openToolbox } from "./toolbox";

export interface VerifyArguments {
    readonly stack: string;
    readonly json?: boolean;
}

/** Asks the live clusters of a stack. The exit code is 0 only if every check holds. */
export async function verify({ stack, json = false }: VerifyArguments): Promise<void> {
    const report = await interruptible((interrupts) =>
        check(stack, interrupts).catch((error: unknown) => {
            // With --json there is one object on standard output whatever happens.
            if (!json || error instanceof Interrupted) throw error;
            return failure(stack, error);
        }),
    );
    process.stdout.write(`${json ? formatJson(report) : formatTable(report)}\n`);
    if (!report.ok) process.exitCode = 1;
}

async function check(stack: string, { signal }: Interrupts): Promise<VerifyReport> {
    const { paths, variables } = await openToolbox();
    const known = hasStack(paths, stack);
    const fleet = await readFleet(stack, readingEnvironment(process.env, variables, known));
    const onProgress = (message: string) => {
        process.stderr.write(`${message}\n`);
    };
    return verifyFleet(fleet, { onProgress, signal });
}

/** The fleet of a stack, from its outputs. They have secrets, so they are kept in memory only. */
export async function readFleet(stack: string, env: Environment): Promise<LiveFleet> {
    const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
    return parseFleet(stack, JSON.parse(await tell(args, env)));
}

function failure(stack: string, error: unknown): VerifyReport {
    const details = error instanceof StepError ? error.details : [];
    const detail = [reasonOf(error), ...details].join(" ").trim();
    return { ok: false, stack, checks: [{ id: "stack", subject: stack, ok: false, detail }] };
}
