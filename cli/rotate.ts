// SPDX-License-Identifier: Apache-2.0
import { describeChange, nextStage } from "../plan/rotation";
import { primaryNames } from "../plan/fleet";
import { type TrustStage, describeStage, stageOf } from "../plan/trustStages";
import { ownTarget } from "../plan/trustTarget";
import { type VerifyReport, formatTable, verdict, verifyFleet } from "../verify/index";
import { readingEnvironment } from "./environment";
import { type Interrupts, interruptible } from "./interrupt";
import { hasStack } from "./paths";
import { type Environment, change, countChanges, tell } from "./pulumi";
import { awaitServed } from "./served";
import { readStackConfig } from "./stackConfig";
import { type Step, StepError, runSteps } from "./steps";
import { openToolbox } from "./toolbox";
import { readFleet } from "./verify";

export interface RotateOptions {
    readonly stack: string;
    /** Give every edge a new token. */
    readonly edges?: boolean;
    /** Take the next stage on the way to another root. */
    readonly root?: boolean;
}

interface Rotation {
    readonly stack: string;
    readonly environment: Environment;
    readonly interrupts: Interrupts;
    report?: VerifyReport;
}

type Say = (line: string) => void;

/**
 * Replaces credentials of a fleet that is there, ahead of time: the tokens of its edges, or a stage of
 * the change of its root. Each is an ordinary update, and verified after.
 */
export async function rotate({ stack, edges = false, root = false }: RotateOptions): Promise<void> {
    if (edges === root) {
        throw new StepError("say what to rotate: --edges for their tokens, or --root for a stage");
    }
    const report = await interruptible(async (interrupts) => {
        const { paths, variables } = await openToolbox();
        const known = hasStack(paths, stack);
        const environment = readingEnvironment(process.env, variables, known);
        const rotation: Rotation = { stack, environment, interrupts };
        const steps = edges ? edgeSteps(rotation) : rootSteps(rotation);
        await runSteps([...steps, verifyStep(rotation)], interrupts.signal);
        return rotation.report;
    });
    if (!report) return;
    process.stdout.write(`\n${formatTable(report)}\n`);
    if (!report.ok) process.exitCode = 1;
}

function verifyStep(rotation: Rotation): Step {
    return {
        title: "Verify",
        run: async (say) => {
            const { stack, environment, interrupts } = rotation;
            const fleet = await readFleet(stack, environment);
            const { signal } = interrupts;
            rotation.report = await verifyFleet(fleet, { onProgress: say, signal });
            return verdict(rotation.report);
        },
    };
}

function edgeSteps(rotation: Rotation): Step[] {
    const found: { terms: readonly string[] } = { terms: [] };
    return [
        {
            title: "Tokens",
            run: async () => {
                found.terms = termsOf(await stateOf(rotation));
                if (found.terms.length > 0) return `${String(found.terms.length)} expire`;
                throw new StepError(
                    `no token of stack ${rotation.stack} expires: give them a life with trust.edgeTokenHours, ` +
                        "and run `pulumi up`",
                );
            },
        },
        {
            title: "pulumi up",
            run: (say) =>
                up(
                    rotation,
                    found.terms.flatMap((urn) => ["--replace", urn]),
                    say,
                ),
        },
    ];
}

function rootSteps(rotation: Rotation): Step[] {
    const { stack } = rotation;
    return [
        {
            title: "Stage",
            run: async () => {
                const stage = nextOf(stack);
                await configure(rotation, stage);
                return `${describeStage(stage)}: ${describeChange(stage)}`;
            },
        },
        { title: "pulumi up", run: (say) => up(rotation, [], say) },
        {
            title: "Served",
            run: async (say) => {
                const { plan } = readStackConfig(stack);
                if (plan?.trust.roots.kind !== "own") {
                    throw new StepError("the stack's config has changed meanwhile");
                }
                const target = ownTarget(plan.trust.roots, primaryNames(plan));
                await awaitServed(plan, target, say, rotation.interrupts.signal);
                return "by every istiod and every proxy";
            },
        },
    ];
}

/** The stage that comes next, by the stack's config. */
function nextOf(stack: string): TrustStage {
    const { plan, problems } = readStackConfig(stack);
    if (!plan) throw new StepError(`the config of stack ${stack} cannot be used`, [...problems]);
    const { roots } = plan.trust;
    if (roots.kind === "own") return nextStage(stageOf(roots));
    throw new StepError(
        "the root is kept elsewhere: change the files of trust.externalRoot, a stage at a time " +
            "(docs/trust.md), and run `pulumi up` after each",
    );
}

/** Writes a stage into the stack's file. */
async function configure(
    { stack, environment }: Rotation,
    { root, rotation }: TrustStage,
): Promise<void> {
    const at = ["--stack", stack, "--path"];
    const set = (key: string, value: string, ...type: string[]) =>
        tell(["config", "set", ...at, ...type, `istio-fleet:trust.${key}`, value], environment);
    await set("root", String(root));
    if (rotation !== undefined) await set("rotation", rotation);
    else await tell(["config", "rm", ...at, "istio-fleet:trust.rotation"], environment);
}

async function up(
    { stack, environment, interrupts }: Rotation,
    flags: readonly string[],
    say: Say,
): Promise<string> {
    const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
    return countChanges(await change([...args, ...flags], environment, interrupts, say));
}

async function stateOf({ stack, environment }: Rotation): Promise<unknown> {
    return JSON.parse(await tell(["stack", "export", "--stack", stack], environment));
}

const TERM = "$istio-fleet:index:ExpiringToken$tls:index/selfSignedCert:SelfSignedCert::";

/** URNs of the certificates that keep the time of tokens. */
export function termsOf(state: unknown): string[] {
    const { deployment } = state as {
        deployment?: { resources?: readonly { urn: string; delete?: boolean }[] };
    };
    return (deployment?.resources ?? [])
        .filter(({ urn, delete: going = false }) => urn.includes(TERM) && !going)
        .map(({ urn }) => urn);
}
