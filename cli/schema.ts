// SPDX-License-Identifier: Apache-2.0
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stackFileSchema } from "../config";
import { ROOT } from "./paths";

/** Writes schema.json, which editors check stack files against. */
export async function writeSchema(): Promise<void> {
    const text = JSON.stringify(stackFileSchema(), undefined, 4);
    await writeFile(join(ROOT, "schema.json"), `${text}\n`);
}
