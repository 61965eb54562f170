// SPDX-License-Identifier: Apache-2.0

/** The characters of a proportional font that are much narrower or wider than the others. */
const NARROW = /[ fijlrt.,:;'|()[\]·-]/;
const WIDE = /[mwMW@%]/;

/**
 * How wide a text may get, in pixels: whatever sans serif font a viewer has, the boxes are drawn
 * here. Bold takes a tenth more.
 */
export function widthOf(text: string, size: number, bold = false): number {
    const ems = Array.from(text, widthOfChar).reduce((sum, width) => sum + width, 0);
    return Math.ceil(ems * size * (bold ? 1.1 : 1));
}

function widthOfChar(char: string): number {
    if (NARROW.test(char)) return 0.42;
    return WIDE.test(char) ? 0.98 : 0.64;
}

const ENTITIES: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
};

/** A text as XML's content or as the value of an attribute. */
export function escapeXml(text: string): string {
    return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
