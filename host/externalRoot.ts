// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ExternalTexts, FileText } from "../plan/externalRoot";
import type { RootsPlan } from "../plan/trust";

/**
 * Reads the files of a root that is kept elsewhere.
 *
 * @param primaries names of the clusters that get an intermediate, each `<cluster>.pem`.
 */
export async function readExternalRoot(
    { certificates, intermediates }: Extract<RootsPlan, { kind: "external" }>,
    primaries: readonly string[],
): Promise<ExternalTexts> {
    const [roots, ...signed] = await Promise.all([
        readText(certificates),
        ...primaries.map((name) => readText(join(intermediates, `${name}.pem`))),
    ]);
    const byName = primaries.flatMap((name, i) => {
        const file = signed[i];
        return file ? [[name, file] as const] : [];
    });
    return { certificates: roots, intermediates: new Map(byName) };
}

async function readText(path: string): Promise<FileText> {
    try {
        return { path, text: await readFile(path, "utf8") };
    } catch (error) {
        return { path, error: (error as NodeJS.ErrnoException).code ?? "unknown error" };
    }
}
