// SPDX-License-Identifier: Apache-2.0
import type {
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
} from "@pulumi/policy";
import { type Problem, formatProblem } from "../plan/problem";
import { readProps } from "./read";
import { RULES } from "./rules";
import { noPlaintextSecrets } from "./rules/plaintextSecrets";
import type { PolicyResource, Rule, Setting } from "./rules/rule";

/** The policy that looks what is secret, and refuses nothing. */
export const NOTICE_SECRETS = "notice-secrets";

/** What is secret of each resource, by its URN. */
type Noticed = Map<string, ReadonlySet<string>>;

/** The rules, as @pulumi/policy serves them. */
export function policies(): ResourceValidationPolicy[] {
    const noticed: Noticed = new Map();
    return [noticing(noticed), ...RULES.map((rule) => policyOf(rule, noticed))];
}

/**
 * A validation gets its values without being told which are secret; a remediation can tell, and the
 * engine runs all of them for a resource before its validations. So this one remediates nothing.
 */
function noticing(noticed: Noticed): ResourceValidationPolicy {
    return {
        name: NOTICE_SECRETS,
        description: `Tells ${noPlaintextSecrets.name} what is secret: leave it at "remediate".`,
        enforcementLevel: "remediate",
        remediateResource: ({ urn, props }) => {
            noticed.set(urn, readProps(props).secrets);
        },
    };
}

/** Names of resources that a rule leaves alone. */
const EXEMPT: Setting<readonly string[]> = {
    type: "array",
    items: { type: "string" },
    description: "Names of resources in the stack that the rule leaves alone.",
    default: [],
};

function policyOf(rule: Rule, noticed: Noticed): ResourceValidationPolicy {
    const properties = { ...rule.settings, exempt: EXEMPT } as unknown as Record<string, object>;
    return {
        name: rule.name,
        description: rule.description,
        configSchema: { properties },
        validateResource: (args, reportViolation) => {
            const settings = { ...defaultsOf(properties), ...args.getConfig() };
            if ((settings.exempt as readonly string[]).includes(args.name)) return;
            const problems = rule.check(resourceOf(args, noticed), settings);
            report(problems, rule, noticed.has(args.urn), reportViolation);
        },
    };
}

function defaultsOf(properties: Record<string, object>): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(properties).map(([key, schema]) => [
            key,
            (schema as { default: unknown }).default,
        ]),
    );
}

function resourceOf(args: ResourceValidationArgs, noticed: Noticed): PolicyResource {
    const { type, urn, provider } = args;
    return {
        type,
        props: readProps(args.props).props,
        secrets: noticed.get(urn) ?? new Set(),
        ...(provider === undefined
            ? {}
            : { provider: { name: provider.name, props: readProps(provider.props).props } }),
    };
}

function report(
    problems: readonly Problem[],
    { name }: Rule,
    told: boolean,
    reportViolation: ReportViolation,
): void {
    // Who turned it off is told why all secrets look plain.
    const hint = name === noPlaintextSecrets.name && !told ? ` ${NOTICE_SECRETS} is off.` : "";
    for (const problem of problems) reportViolation(`${formatProblem(problem)}${hint}`);
}
