// SPDX-License-Identifier: Apache-2.0

/** A text as one word for any POSIX shell: nothing is special inside single quotes but their end. */
export function quote(text: string): string {
    return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The lines that set variables in the shell that evaluates them. */
export function formatExports(variables: Readonly<Record<string, string>>): string {
    return Object.entries(variables)
        .map(([name, value]) => `export ${name}=${quote(value)}\n`)
        .join("");
}
