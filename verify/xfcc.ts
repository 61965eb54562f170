// SPDX-License-Identifier: Apache-2.0

/**
 * One element of Envoy's X-Forwarded-Client-Cert header: what the server's proxy saw of the
 * connection. It is there only when the connection was mutual TLS.
 */
export interface XfccElement {
    /** SPIFFE identity that the server's proxy used. */
    readonly by?: string;
    /** SPIFFE identity of the client's certificate. */
    readonly uri?: string;
}

/**
 * The elements of the header, in order: the last is of the nearest client. Values may be quoted,
 * with backslashes before quotes; separators inside quotes separate nothing.
 */
export function parseXfcc(header: string): XfccElement[] {
    return split(header, ",")
        .filter((element) => element.trim() !== "")
        .map(parseElement);
}

function parseElement(text: string): XfccElement {
    const pairs = new Map<string, string>();
    for (const pair of split(text, ";")) {
        const at = pair.indexOf("=");
        if (at < 0) continue;
        const key = pair.slice(0, at).trim().toLowerCase();
        if (!pairs.has(key)) pairs.set(key, unquote(pair.slice(at + 1).trim()));
    }
    const by = pairs.get("by");
    const uri = pairs.get("uri");
    return { ...(by ? { by } : {}), ...(uri ? { uri } : {}) };
}

/** Splits at a separator that stands outside quotes. */
function split(text: string, separator: string): string[] {
    const parts = [""];
    let quoted = false;
    for (let i = 0; i < text.length; i++) {
        const char = text.charAt(i);
        if (char === "\\" && quoted) {
            parts.push((parts.pop() ?? "") + char + text.charAt(++i));
            continue;
        }
        if (char === '"') quoted = !quoted;
        if (char === separator && !quoted) parts.push("");
        else parts.push((parts.pop() ?? "") + char);
    }
    return parts;
}

function unquote(text: string): string {
    if (!text.startsWith('"') || !text.endsWith('"') || text.length < 2) return text;
    return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}
