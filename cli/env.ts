// SPDX-License-Identifier: Apache-2.0
import { formatExports } from "./shell";
import { openToolbox, prepare } from "./toolbox";

/**
 * Prints the exports with which plain `pulumi` works on the tools, the backend and the stacks of
 * `npm start`. Nothing else goes to standard output, for a shell evaluates it.
 */
export async function printEnvironment(): Promise<void> {
    const toolbox = await openToolbox();
    // The backend's folder and the passphrase must be there before pulumi is.
    await prepare(toolbox);
    process.stdout.write(formatExports(toolbox.variables));
}
