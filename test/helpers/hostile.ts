// SPDX-License-Identifier: Apache-2.0
import fc from "fast-check";

/** What a text may be that a shell, YAML, a template, an option parser or a path takes for its own. */
export const HOSTILE: readonly string[] = [
    "$(reboot)",
    "$(touch pwned)",
    "`touch pwned`",
    "${HOME}",
    "a;touch pwned",
    "a|touch pwned",
    "a&touch pwned",
    "a b",
    " a",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "a: b",
    "a #b",
    "- a",
    "{a: b}",
    "&a",
    "*",
    "!!int 1",
    "'",
    '"',
    "a\\",
    "\\n",
    "-rf",
    "--all",
    "-",
    "../x",
    "/etc/passwd",
    // Has GNU sed run a command.
    "x/reboot;/e#",
    "~",
    "{{.}}",
    "%s",
    "a@b",
    "a,b",
    "ä",
    "😀",
    "\u001b[31m",
    "",
];

/** The same with what neither an argument nor a variable of the environment can hold. */
export const HOSTILE_NAMES: readonly string[] = [...HOSTILE, "a\0b"];

const SPECIAL = Array.from("$()`'\"\\;&|<>*?[]{}!#~=% \t\n-a");

/** Any text that an argument can hold: no NUL, and nothing that is no character. */
export const argument = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "grapheme", maxLength: 30 }).map((text) => text.replaceAll("\0", "")),
    fc.string({ unit: fc.constantFrom(...SPECIAL), maxLength: 30 }),
);

/** Something that is in itself. */
function endless(): unknown[] {
    const list: unknown[] = [];
    list.push({ list });
    return list;
}

/** A value in so many lists. */
function nested(depth: number): unknown {
    let value: unknown = 1;
    for (let i = 0; i < depth; i++) value = [value];
    return called(`${String(depth)} lists`, [value]);
}

/** What a few aliases make of little: gigabytes, written out. */
function bomb(): unknown {
    const small = Array.from({ length: 1000 }, () => "x".repeat(1000));
    return called(
        "10 GB",
        Array.from({ length: 10_000 }, () => small),
    );
}

/** Gives a value a name for fast-check's reports, which would write all of it out. */
function called(name: string, list: unknown[]): unknown[] {
    return Object.assign(list, { [fc.toStringMethod]: () => name });
}

const KEYS = ["__proto__", "constructor", "toString", "name", "secure", "a\nb", "", "0"];

/** Any value that a config may have at any place, of every type that YAML knows. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
    fc.constantFrom<unknown>(...HOSTILE_NAMES),
    fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 1.5, 1e300, Number.NaN, Infinity),
    fc.constantFrom<unknown>("0", "1", "true", "null", "1e3", "0x10", "2001-01-01", "[]", "{}"),
    fc.constantFrom<unknown>([], {}, [[]], [null], { a: null }),
    fc.constantFrom<() => unknown>(endless, bomb, () => nested(20_000)).map((make) => make()),
    fc.nat(100_000).map((length) => "x".repeat(length)),
    fc
        .constantFrom(0, 1, 2, 300, 3000)
        .map((length) => Array.from({ length }, (_, i) => ({ name: `n${String(i)}` }))),
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.jsonValue({ maxDepth: 3 }),
    fc
        .array(fc.tuple(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 1 })), { maxLength: 3 })
        // As JSON.parse makes it: "__proto__" is a key like any other.
        .map((entries) => Object.fromEntries(entries)),
);
