// SPDX-License-Identifier: Apache-2.0

/** An element of a document. */
export interface XmlElement {
    readonly name: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly children: readonly XmlElement[];
    /** Its own text, with entities resolved. */
    readonly text: string;
}

const NAME = String.raw`[A-Za-z_][\w.-]*`;
const ATTRIBUTE = new RegExp(String.raw`\s+(${NAME})="([^"<]*)"`, "gy");
const TAG = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}="[^"<]*")*)\s*(/?)>`, "y");
const END = new RegExp(String.raw`</(${NAME})\s*>`, "y");
const TEXT = /[^<]+/y;
const ENTITIES: Readonly<Record<string, string>> = {
    amp: "&",
    lt: "<",
    gt: ">",
    quot: '"',
    apos: "'",
};

/** Reads a document of elements and text, and throws at the first place where it is not well formed. */
export function parseXml(text: string): XmlElement {
    const reader = { text, at: 0 };
    const root = readElement(reader);
    if (text.slice(reader.at).trim() !== "") fail(reader, "something after the root");
    return root;
}

interface Reader {
    readonly text: string;
    at: number;
}

function readElement(reader: Reader): XmlElement {
    const [, name = "", list = "", isEmpty] = take(reader, TAG) ?? fail(reader, "no element");
    const attributes: Record<string, string> = {};
    for (const [, key = "", value = ""] of list.matchAll(ATTRIBUTE)) {
        if (key in attributes) fail(reader, `${key} twice`);
        attributes[key] = resolve(reader, value);
    }
    if (isEmpty) return { name, attributes, children: [], text: "" };
    const children: XmlElement[] = [];
    let own = "";
    for (;;) {
        const end = take(reader, END);
        if (end) {
            if (end[1] !== name) fail(reader, `the end of ${String(end[1])} in ${name}`);
            return { name, attributes, children, text: own.trim() };
        }
        const text = take(reader, TEXT);
        if (text) own += resolve(reader, text[0]);
        else children.push(readElement(reader));
    }
}

function take(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = reader.at;
    const match = pattern.exec(reader.text) ?? undefined;
    if (match) reader.at += match[0].length;
    return match;
}

function resolve(reader: Reader, text: string): string {
    return text.replace(/&([^;&]*);?/g, (whole, name: string) => {
        const character = whole.endsWith(";") ? ENTITIES[name] : undefined;
        return character ?? fail(reader, `no entity: ${whole}`);
    });
}

function fail({ text, at }: Reader, what: string): never {
    throw new Error(`${what} before: ${text.slice(at, at + 80)}`);
}

/** All elements of a document, each before its children. */
export function elementsOf(element: XmlElement): XmlElement[] {
    return [element, ...element.children.flatMap(elementsOf)];
}
