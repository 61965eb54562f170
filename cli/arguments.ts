// SPDX-License-Identifier: Apache-2.0
import { InvalidArgumentError } from "commander";
import { cut, printable } from "../plan/shown";

/*
 * What people type. A stack's name becomes an argument of pulumi and part of the names of files, so it
 * is neither an option nor a way into another folder.
 */

const NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}";
const STACK = new RegExp(`^${NAME}$`);
const QUALIFIED = new RegExp(`^(${NAME}/){0,2}${NAME}$`);

/** The name of a stack with a config file of ours. */
export function stackName(typed: string): string {
    if (STACK.test(typed)) return typed;
    throw new InvalidArgumentError(
        'It must be up to 100 letters, digits, "_", "." and "-", the first a letter, a digit or "_".',
    );
}

/** The name of a stack that is only read, which may be on any backend: `organization/project/stack` too. */
export function qualifiedStackName(typed: string): string {
    return QUALIFIED.test(typed) ? typed : stackName(typed);
}

/** Enough for every message, and for a name that was mistyped. */
const MESSAGE_LENGTH = 400;

/** A complaint about what was typed, as one line: what was typed may have several, or none that ends. */
export function complaintLine(message: string): string {
    const [, text = message, suggestion = ""] =
        /^(.*?)(?:\n(\(Did you mean [^\n]*\)))?\n*$/s.exec(message) ?? [];
    const line = printable(cut(text, MESSAGE_LENGTH));
    return suggestion === "" ? line : `${line} ${printable(suggestion)}`;
}
