// SPDX-License-Identifier: Apache-2.0
import { cut, jsonOf, printable } from "./shown";

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

/** Enough to know a value again by. */
const VALUE_LENGTH = 80;
/** More than any rule or fix has by itself: those that name what was typed may be of any length. */
const TEXT_LENGTH = 1000;

/** One line for a problem, whatever is in it. */
export function formatProblem({ property, value, rule, fix }: Problem): string {
    const shown = value === undefined ? "nothing" : jsonOf(value, VALUE_LENGTH);
    return printable(`${property}: ${shown} ${words(rule)}. ${words(fix)}`);
}

/** A rule may name a word of the value. */
function words(text: string): string {
    return cut(text.replace(/\/\/\S*@/g, "//***@"), TEXT_LENGTH);
}

/** The whole list under a heading that says what it is about. */
export function formatProblems(heading: string, problems: readonly Problem[]): string {
    return [heading, ...problems.map((problem) => `  - ${formatProblem(problem)}`)].join("\n");
}
