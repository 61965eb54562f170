// SPDX-License-Identifier: Apache-2.0

/**
 * A page with a text between the markers `<!-- name -->` and `<!-- /name -->`, each on a line of its own,
 * whatever was there. For what a run of tests writes into a page.
 */
export function withBlock(page: string, name: string, text: string): string {
    const lines = page.split("\n");
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`].map((marker) =>
        lines.indexOf(marker),
    ) as [number, number];
    if (start < 0 || end < start) {
        throw new Error(`the page has no <!-- ${name} --> with a <!-- /${name} --> below it`);
    }
    // Blank lines end the comments, which Markdown otherwise takes for HTML together with the text.
    const block = ["", ...text.trimEnd().split("\n"), ""];
    return [...lines.slice(0, start + 1), ...block, ...lines.slice(end)].join("\n");
}
