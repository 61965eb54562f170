// SPDX-License-Identifier: Apache-2.0

/** The marker above a stack's diagram, on a line of its own. A stack's name is also a file's. */
const OPEN = /^<!-- diagram: ([A-Za-z0-9_-][A-Za-z0-9._-]*) -->\s*$/;
const CLOSE = /^<!-- \/diagram -->\s*$/;
const FENCE = /^\s*(```+|~~~+)/;

/** A piece of a page: text that stays, or the place of a stack's diagram. */
type Piece = { readonly text: string } | { readonly stack: string };

/** The stacks whose diagrams a page has, each once. */
export function stacksOf(page: string): string[] {
    const stacks = piecesOf(page).flatMap((piece) => ("stack" in piece ? [piece.stack] : []));
    return [...new Set(stacks)];
}

/** A page with the Mermaid text of each marked stack between its markers, whatever was there. */
export function withDiagrams(page: string, mermaidOf: (stack: string) => string): string {
    const lines = piecesOf(page).map((piece) =>
        "stack" in piece ? block(piece.stack, mermaidOf(piece.stack)) : piece.text,
    );
    return lines.join("\n");
}

/** Blank lines end the comments, which Markdown otherwise takes for HTML together with the block. */
function block(stack: string, mermaid: string): string {
    const fenced = `\`\`\`mermaid\n${mermaid.trimEnd()}\n\`\`\``;
    return [`<!-- diagram: ${stack} -->`, "", fenced, "", "<!-- /diagram -->"].join("\n");
}

function piecesOf(page: string): Piece[] {
    const pieces: Piece[] = [];
    const lines = page.split("\n");
    let fence: string | undefined;
    for (let i = 0; i < lines.length; i++) {
        const text = lines[i] ?? "";
        // A page may show markers as an example, in a block of code.
        const mark = FENCE.exec(text)?.[1];
        if (mark !== undefined && fence === undefined) fence = mark;
        else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) {
            fence = undefined;
        }
        const stack = fence === undefined ? OPEN.exec(text)?.[1] : undefined;
        if (stack === undefined) {
            pieces.push({ text });
            continue;
        }
        pieces.push({ stack });
        i = endOf(lines, i, stack);
    }
    return pieces;
}

/** The line of the closing marker. Without it, the rest of the page would be lost. */
function endOf(lines: readonly string[], start: number, stack: string): number {
    const end = lines.findIndex((line, i) => i > start && (CLOSE.test(line) || OPEN.test(line)));
    if (end < 0 || !CLOSE.test(lines[end] ?? "")) {
        throw new Error(
            `line ${String(start + 1)}: the diagram of stack "${stack}" has no end. ` +
                "Write <!-- /diagram --> on a line of its own below it.",
        );
    }
    return end;
}
