// SPDX-License-Identifier: Apache-2.0
import { formatProblem } from "../../plan/problem";
import { type PolicyResource, type Rule, type Setting, keyOf } from "../../policy/rules/rule";
import type { Path, Props } from "../../policy/rules/tree";

/** A resource for a rule, by default without secrets and provider. */
export function resource(
    type: string,
    props: Props,
    others: Partial<PolicyResource> = {},
): PolicyResource {
    return { type, props, secrets: new Set(), ...others };
}

/** Paths of secrets, as a resource has them. */
export function secretsAt(...paths: Path[]): { secrets: ReadonlySet<string> } {
    return { secrets: new Set(paths.map(keyOf)) };
}

/** A Deployment with a pod. */
export function deployment(spec: Props, metadata: Props = {}): PolicyResource {
    return resource("kubernetes:apps/v1:Deployment", { spec: { template: { metadata, spec } } });
}

/** A rule's settings as they are when nobody sets any. */
export function defaultsOf<Settings extends object>({ settings }: Rule<Settings>): Settings {
    const all = Object.entries(settings as unknown as Record<string, Setting<unknown>>);
    return Object.fromEntries(all.map(([key, setting]) => [key, setting.default])) as Settings;
}

/** What a rule says of a resource, as it is printed. */
export function verdicts<Settings extends object>(
    rule: Rule<Settings>,
    about: PolicyResource,
    settings: Partial<Settings> = {},
): string[] {
    return rule.check(about, { ...defaultsOf(rule), ...settings }).map(formatProblem);
}
