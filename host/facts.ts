// SPDX-License-Identifier: Apache-2.0
import { output, reason } from "./command";
import { dockerNetworks, kindNodes } from "./docker";
import { hostRoutes } from "./routes";
import type { HostFacts } from "../plan/hostFacts";

/**
 * What this machine has already.
 *
 * @throws Error when the docker engine or kind cannot be asked: nothing can be made then.
 */
export async function hostFacts(): Promise<HostFacts> {
    const [networks, nodes, routes] = await Promise.all([
        ask("docker", "a running docker engine", dockerNetworks()),
        ask("docker", "a running docker engine", kindNodes()),
        hostRoutes(),
        ask("kind", "the kind tool", output("kind", "version")),
    ]);
    return { dockerNetworks: networks, kindNodes: nodes, routes };
}

async function ask<T>(tool: string, what: string, answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        throw new Error(
            `${tool}: ${what} is needed, but ${reason(error)}. ` +
                '`npm run doctor` says what is missing, `npm start` gets it, eval "$(npm run -s env)" puts it on the PATH.',
            { cause: error },
        );
    }
}
