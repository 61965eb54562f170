// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type Environment, tell } from "./pulumi";

const resource = z.looseObject({ urn: z.string() });
const exported = z.looseObject({
    deployment: z.looseObject({
        resources: z.array(resource).optional(),
        pending_operations: z.array(z.looseObject({ resource, type: z.string() })).optional(),
    }),
});

/**
 * A stack's exported state without the creations that were interrupted and are done since; undefined
 * when there are none. Pulumi finishes such a stack by itself, but keeps the note of what was
 * interrupted, and warns of it in every later run, until somebody clears it by hand.
 */
export function withoutSettled(text: string): string | undefined {
    const state = exported.parse(JSON.parse(text));
    const { resources = [], pending_operations: pending = [] } = state.deployment;
    const made = new Set(resources.map(({ urn }) => urn));
    const left = pending.filter(
        (operation) => operation.type !== "creating" || !made.has(operation.resource.urn),
    );
    if (left.length === pending.length) return undefined;
    return JSON.stringify({
        ...state,
        deployment: { ...state.deployment, pending_operations: left },
    });
}

/** Whether a line of `pulumi up` says that an earlier run was interrupted. */
export function saysPending(line: string): boolean {
    return line.includes("pending operations from previous deployment");
}

/** Clears the notes of interrupted creations that are done. Secrets stay encrypted on the way. */
export async function clearSettled(stack: string, env: Environment): Promise<boolean> {
    const state = withoutSettled(await tell(["stack", "export", "--stack", stack], env));
    if (state === undefined) return false;
    await tell(["stack", "import", "--stack", stack], env, state);
    return true;
}
