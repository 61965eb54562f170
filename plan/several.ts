// SPDX-License-Identifier: Apache-2.0

const SHOWN = 3;

/** Some of many things, and how many more there are: a cluster may have hundreds. */
export function several(texts: readonly string[]): string {
    const more = texts.length - SHOWN;
    const shown = texts.slice(0, SHOWN).join(", ");
    return more > 0 ? `${shown} and ${String(more)} more` : shown;
}
