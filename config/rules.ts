// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { nearest } from "../plan/suggest";

/*
 * What several keys of the stack's config are made of, and how their errors are worded.
 */

/** A rule and its fix travel through zod's one message string. */
export const SEPARATOR = "\n";
export const broken = (rule: string, fix: string) => ({ error: `${rule}${SEPARATOR}${fix}` });

/** An object that refuses keys it does not know, and names the nearest one that it does. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape) {
    const known = Object.keys(shape);
    return z.strictObject(shape, {
        error: (issue) => {
            if (issue.code !== "unrecognized_keys") {
                return broken("must be a map", `Its keys are: ${known.join(", ")}.`).error;
            }
            return unknownKeys(issue.keys, known);
        },
    });
}

function unknownKeys(keys: readonly string[], known: readonly string[]): string {
    const fixes = keys.map((key) => {
        const near = nearest(key, known);
        const quoted = JSON.stringify(key);
        return near ? `Did you mean "${near}" instead of ${quoted}?` : `Remove ${quoted}.`;
    });
    // As JSON: a key may have a SEPARATOR in it.
    const names = keys.map((key) => JSON.stringify(key)).join(", ");
    return broken(
        `has ${keys.length === 1 ? "a key" : "keys"} that ${keys.length === 1 ? "is" : "are"} not known: ${names}`,
        `${fixes.join(" ")} Known: ${known.join(", ")}.`,
    ).error;
}

/** Paths and names that others chose: any text that fits on a line. Files have no NUL in their names. */
export const pathText = (message: { readonly error: string }) =>
    z.string(message).regex(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,4096}$/u, message);

/** Whether a URL says who asks. */
function hasUser(url: string): boolean {
    const { username = "", password = "" } = URL.parse(url) ?? {};
    return username !== "" || password !== "";
}

/** A URL without blanks, which parsers drop, each where it likes, and without a user and a password. */
export const urlText = (
    protocol: RegExp,
    message: { readonly error: string },
    userMessage: { readonly error: string },
) =>
    z
        .url({ protocol, abort: true, ...message })
        .refine((url) => /^[!-~]{1,2048}$/.test(url), message)
        .refine((url) => !hasUser(url), userMessage);

/** How deep values may be nested that go on to others as they are. */
export const MAX_DEPTH = 100;

/** Whether a map is nested at most so deep. What holds itself is not. */
export function isShallow(map: object): boolean {
    // Each once, however often an alias of YAML names it.
    let level = new Set([map]);
    for (let depth = 1; level.size > 0; depth++) {
        if (depth > MAX_DEPTH) return false;
        const inner = [...level].flatMap((one) => Object.values(one) as unknown[]);
        level = new Set(inner.filter((one) => typeof one === "object" && one !== null));
    }
    return true;
}

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** A DNS label of limited length. */
export const label = (what: string, length: number, example: string) => {
    const message = broken(
        `must be ${what}: a DNS label of 1 to ${String(length)} lower-case letters, digits and "-", with a letter or digit at both ends`,
        `For example ${example}.`,
    );
    return z.string(message).regex(LABEL, message).max(length, message);
};

/** A number of days, from the least that makes sense to a century. */
export const days = (least: number) => {
    const message = broken(
        `must be a whole number of days from ${String(least)} to 36500`,
        "365 is one year.",
    );
    return z.int(message).min(least, message).max(36_500, message);
};
