// SPDX-License-Identifier: Apache-2.0
import { readdirSync } from "node:fs";
import { resolve } from "node:path";

/** The stacks whose files are shipped. Those of a test that runs are not among them. */
export const SHIPPED_STACKS = readdirSync(resolve(__dirname, "../..")).flatMap(
    (file) => /^Pulumi\.((?!e2e|bench).+)\.yaml$/.exec(file)?.[1] ?? [],
);
