// SPDX-License-Identifier: Apache-2.0

/*
 * As much of PromQL as is needed to say which series and labels an expression speaks of. What it
 * cannot read it refuses, so that nothing goes by unseen.
 */

/** A metric, with the labels that it is selected by. */
export interface Selected {
    readonly metric: string;
    readonly matchers: readonly string[];
}

/** `sum by (labels) (body)`, with the metrics within; or `on (labels)`, with all of the expression. */
export interface Grouping {
    readonly labels: readonly string[];
    readonly metrics: readonly string[];
}

const WORDS = new Set(["or", "and"]);
const FUNCTIONS = new Set([
    "count",
    "histogram_quantile",
    "max",
    "max_over_time",
    "min",
    "rate",
    "sum",
    "time",
    "vector",
]);

/** Every metric of an expression, as often as it is there. */
export function selectedIn(expr: string): Selected[] {
    const bare = expr.replaceAll(/\[[^\]]*\]/g, "").replaceAll(/\b(by|on) \([^)]*\)/g, "");
    const found: Selected[] = [];
    for (const [, word = "", braces, call] of bare.matchAll(
        /(?<![\w"])([a-zA-Z_]\w*)(?:\{([^}]*)\})?( *\()?/g,
    )) {
        if (WORDS.has(word)) continue;
        if (call !== undefined && braces === undefined) {
            if (!FUNCTIONS.has(word))
                throw new Error(`${word}: not a function known here: ${expr}`);
            continue;
        }
        found.push({ metric: word, matchers: labelsOf(braces ?? "") });
    }
    if (found.length === 0) throw new Error(`no metric in it: ${expr}`);
    return found;
}

/** Every grouping and matching of an expression. */
export function groupingsIn(expr: string): Grouping[] {
    return [...expr.matchAll(/\b(by|on) \(([^)]*)\) /g)].map((match) => {
        const labels = (match[2] ?? "").split(",").map((label) => label.trim());
        const rest = expr.slice(match.index + match[0].length);
        const body = match[1] === "by" ? parenthesized(rest) : expr;
        return { labels, metrics: selectedIn(body).map(({ metric }) => metric) };
    });
}

/** Selectors within `sum by (…) (…)`, with what they are grouped by: the innermost one of each. */
export function innermostGroups(expr: string): { by: string[]; selected: Selected[] }[] {
    return groupsOf(expr)
        .filter(({ body }) => !body.includes(" by ("))
        .map(({ by, body }) => ({
            by,
            selected: selectedIn(body),
        }));
}

function groupsOf(expr: string): { by: string[]; body: string }[] {
    return [...expr.matchAll(/\bby \(([^)]*)\) /g)].map((match) => ({
        by: (match[1] ?? "").split(",").map((label) => label.trim()),
        body: parenthesized(expr.slice(match.index + match[0].length)),
    }));
}

/** What is between the first parenthesis and the one that closes it. */
function parenthesized(text: string): string {
    if (!text.startsWith("(")) throw new Error(`must begin with a parenthesis: ${text}`);
    let depth = 0;
    for (let i = 0; i < text.length; i++) {
        if (text[i] === "(") depth++;
        if (text[i] === ")") depth--;
        if (depth === 0) return text.slice(1, i);
    }
    throw new Error(`has a parenthesis that nothing closes: ${text}`);
}

function labelsOf(matchers: string): string[] {
    return [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = ""]) => label);
}
