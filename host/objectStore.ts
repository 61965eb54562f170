// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { load } from "js-yaml";
import { z } from "zod";
import type { Problem } from "../plan/problem";

const PROPERTY = "metrics.objectStore";

/** What every object store configuration has; the rest differs by type, and Thanos checks it. */
const objectStore = z.object({
    type: z.string().min(1),
    config: z.record(z.string(), z.unknown()),
});

/**
 * Reads Thanos' object store configuration. It holds keys: its text is secret, and no problem shows
 * any of it.
 *
 * @param path of the file, from the current folder.
 */
export async function readObjectStore(
    path: string,
): Promise<{ readonly text?: string; readonly problems: readonly Problem[] }> {
    const problem = (rule: string): { problems: Problem[] } => ({
        problems: [
            {
                property: PROPERTY,
                value: path,
                rule,
                fix: "See https://thanos.io/tip/thanos/storage.md/ for what it holds.",
            },
        ],
    });
    let text: string;
    try {
        text = await readFile(path, "utf8");
    } catch (error) {
        const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
        return problem(`must be a file that can be read (${code})`);
    }
    try {
        objectStore.parse(load(text));
    } catch {
        return problem("must be YAML with a type and a config");
    }
    return { text, problems: [] };
}
