// SPDX-License-Identifier: Apache-2.0

/** One thing that is wrong with what the user gave: the property, its value, the rule and the fix. */
export interface Problem {
    /** Path of the property as in the stack's file, for example `clusters[0].name`. */
    readonly property: string;
    readonly value: unknown;
    /** What must hold, without the property's name: `must be …`. */
    readonly rule: string;
    /** What to do about it, as a sentence. */
    readonly fix: string;
}

/** One line for a problem. Long values are cut: a config may hold a whole chart's values. */
export function formatProblem({ property, value, rule, fix }: Problem): string {
    const text = value === undefined ? "nothing" : JSON.stringify(value);
    const shown = text.length > 80 ? `${text.slice(0, 77)}...` : text;
    return `${property}: ${shown} ${rule}. ${fix}`;
}

/** The whole list under a heading that says what it is about. */
export function formatProblems(heading: string, problems: readonly Problem[]): string {
    return [heading, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n");
}
