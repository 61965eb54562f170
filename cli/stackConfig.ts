// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { CORE_SCHEMA, YAMLException, load, mergeTag } from "js-yaml";
import { parseConfig, parseValue } from "../config";
import { type FleetPlan, planFleet } from "../plan/fleet";
import { formatProblem } from "../plan/problem";
import { reasonOf } from "../verify/report";
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
    try {
        return parseStackConfig(readFileSync(file, "utf8"));
    } catch (error) {
        return { problems: [`${basename(file)} cannot be read: ${reasonOf(error)}`] };
    }
}

/** Reads the text of a stack's file. */
export function parseStackConfig(text: string): StackConfig {
    const raw = rawConfig(text);
    if (typeof raw === "string") return { problems: [raw] };
    const parsed = parseConfig(raw);
    const planned = parsed.config ? planFleet(parsed.config) : { problems: [] };
    const problems = [...parsed.problems, ...planned.problems].map(formatProblem);
    const bundle = parsed.config?.bundle;
    return {
        problems,
        ...(bundle ? { bundle } : {}),
        ...("plan" in planned && problems.length === 0 ? { plan: planned.plan } : {}),
    };
}

/** The values of our namespace, as the program gets them, or why there are none. */
function rawConfig(text: string): Record<string, unknown> | string {
    const file = loadFile(text);
    if (typeof file === "string") return file;
    const { config } = file;
    if (config !== null && !isMap(config)) return "config must be a map of keys and values";
    const prefix = `${PROJECT}:`;
    const ours = Object.entries(config ?? {})
        .filter(([key]) => key.startsWith(prefix))
        .map(([key, value]) => [key.slice(prefix.length), asProgram(value)] as const);
    return Object.fromEntries(ours);
}

/** Pulumi keeps every scalar as a text, and the program reads lists and maps in texts. */
function asProgram(value: unknown): unknown {
    switch (typeof value) {
        case "string":
            return parseValue(value);
        case "number":
        case "boolean":
            return String(value);
        default:
            return value ?? "";
    }
}

/** What pulumi reads too: merge keys. */
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** What the file says of config, or why it cannot be read. */
function loadFile(text: string): { readonly config: unknown } | string {
    // The loader refuses an empty text, which pulumi takes for an empty config.
    if (text.split("\n").every((line) => /^\s*(#|$)/.test(line))) return { config: {} };
    try {
        const { config = {} } = (load(text, { schema: SCHEMA }) ?? {}) as { config?: unknown };
        return { config };
    } catch (error) {
        if (!(error instanceof YAMLException)) throw error;
        return `The file cannot be read as YAML: ${whyNotYaml(error)}.`;
    }
}

/** The parser's reason, without what it quotes: a mistake may be next to a password, or be one. */
function whyNotYaml({ reason, mark }: YAMLException): string {
    const what = reason.replace(/(: | [!"]).*/s, "");
    if (!mark) return what;
    return `${what} (line ${String(mark.line + 1)}, column ${String(mark.column + 1)})`;
}

function isMap(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A stack's file as it was before `pulumi stack init` wrote the salt of its secrets into it. Where
 * secrets are in the file, they need the salt, so it stays.
 */
export function withoutSalt(text: string): string {
    // Pulumi writes them in lines of their own; people do as they like.
    if (/\bsecure["']?\s*:/.test(text)) return text;
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
