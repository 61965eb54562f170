// SPDX-License-Identifier: Apache-2.0
import { resolve } from "node:path";
import { execa } from "execa";
import { toolEnvironment } from "../../cli/toolbox";

const ROOT = resolve(__dirname, "../..");

/**
 * The environment of plain pulumi with every tool there: first gets what is missing, as `npm start`
 * does, which takes up to 40 minutes where everything has to be built from source.
 */
export async function fleetEnvironment(): Promise<NodeJS.ProcessEnv> {
    await execa("npm", ["run", "--silent", "start", "--", "--tools-only"], {
        cwd: ROOT,
        stdin: "ignore",
        // Standard output may belong to a report.
        stdout: process.stderr,
        stderr: process.stderr,
    });
    return await toolEnvironment();
}
