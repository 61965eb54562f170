// SPDX-License-Identifier: Apache-2.0

/*
 * What a person is shown of what somebody typed: never a password, never a control character that a
 * terminal would obey, never more than a line holds.
 */

/** A text, or as much of it as fits a length. */
export function cut(text: string, length: number): string {
    return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** A text on one line, in which every character can be seen. */
export function printable(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
        const code = (character.codePointAt(0) ?? 0).toString(16);
        return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
    });
}

/**
 * A text without the user and password of a URL. They may hold any character, and the URL may lack its
 * scheme, so all goes that could be part of them.
 */
export function withoutUser(text: string): string {
    const end = text.lastIndexOf("@");
    // A name or a path may have an "@" too: admin@lan.
    if (!/:|\/\//.test(text.slice(0, Math.max(end, 0)))) return text;
    const scheme = /^[\w+.-]*:?\/\//.exec(text)?.[0] ?? "";
    return `${scheme}***${text.slice(end)}`;
}

/**
 * The beginning of a value as JSON, cut to a length. Nothing of it is read that is not shown: YAML can
 * be deep, huge by a few aliases, or hold itself.
 */
export function jsonOf(value: unknown, length: number): string {
    let text = "";
    for (const part of jsonParts(value)) {
        text += part;
        if (text.length > length) break;
    }
    return cut(text, length);
}

function* jsonParts(value: unknown): Generator<string> {
    if (typeof value === "string") yield JSON.stringify(withoutUser(value));
    else if (typeof value !== "object" || value === null) yield String(value);
    else if (Array.isArray(value)) {
        yield "[";
        for (const [i, item] of value.entries()) {
            if (i > 0) yield ",";
            yield* jsonParts(item);
        }
        yield "]";
    } else yield* mapParts(value);
}

function* mapParts(map: object): Generator<string> {
    let before = "{";
    for (const [key, value] of Object.entries(map)) {
        yield `${before}${JSON.stringify(key)}:`;
        yield* jsonParts(value);
        before = ",";
    }
    yield before === "{" ? "{}" : "}";
}
