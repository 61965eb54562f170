// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { loadYaml } from "@kubernetes/client-node";
import { parseConfig } from "../config";
import { type FleetPlan, planFleet } from "../plan/fleet";
import { formatProblem } from "../plan/problem";
import { PROJECT, stackFile } from "./paths";

/** What a stack's file says. */
export interface StackConfig {
    /** Absent when something is wrong. */
    readonly plan?: FleetPlan;
    readonly bundle?: string;
    /** Everything that is wrong with the file, a sentence each. */
    readonly problems: readonly string[];
}

/** Reads a stack's file as the program will. */
export function readStackConfig(stack: string): StackConfig {
    const file = stackFile(stack);
    if (!existsSync(file)) {
        const name = basename(file);
        const fix = `Copy Pulumi.dev.yaml to ${name} and change its clusters, or name another stack with --stack.`;
        return { problems: [`Stack "${stack}" has no config: ${name} is not there. ${fix}`] };
    }
    return parseStackConfig(readFileSync(file, "utf8"));
}

/** The loader refuses an empty text, which pulumi takes for an empty config. */
function loadFile(text: string) {
    if (/^\s*(#.*\s*)*$/.test(text)) return undefined;
    return loadYaml<{ config?: Record<string, unknown> } | null>(text);
}

/** Reads the text of a stack's file. */
export function parseStackConfig(text: string): StackConfig {
    const { config = {} } = loadFile(text) ?? {};
    const prefix = `${PROJECT}:`;
    const ours = Object.entries(config)
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), value] as const);
    const parsed = parseConfig(Object.fromEntries(ours));
    const planned = parsed.config ? planFleet(parsed.config) : { problems: [] };
    const problems = [...parsed.problems, ...planned.problems].map(formatProblem);
    const bundle = parsed.config?.bundle;
    return {
        problems,
        ...(bundle ? { bundle } : {}),
        ...("plan" in planned && problems.length === 0 ? { plan: planned.plan } : {}),
    };
}

/**
 * A stack's file as it was before `pulumi stack init` wrote the salt of its secrets into it. Where
 * secrets are in the file, they need the salt, so it stays.
 */
export function withoutSalt(text: string): string {
    if (/^\s+(?:-\s+)?secure:/m.test(text)) return text;
    return text.replace(/^encryptionsalt:.*\n?/m, "");
}

/** Takes the salt out of a stack's file. */
export async function removeSalt(stack: string): Promise<void> {
    const file = stackFile(stack);
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) return;
    const without = withoutSalt(text);
    if (without !== text) await writeFile(file, without);
}
