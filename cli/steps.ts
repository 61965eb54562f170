// SPDX-License-Identifier: Apache-2.0
import { Listr, PRESET_TIMER } from "listr2";

/** One step of a command. */
export interface Step {
    readonly title: string;
    /** Does it, and gives what came of it in a few words. */
    readonly run: (say: (line: string) => void) => Promise<string>;
}

/**
 * Something that went wrong in a step: one line for the step, and the rest to be printed below all
 * steps, where a terminal keeps it.
 */
export class StepError extends Error {
    constructor(
        message: string,
        readonly details: readonly string[] = [],
        options?: ErrorOptions,
    ) {
        super(message, options);
    }
}

/**
 * Runs the steps one after the other until one fails, and shows how long each took: live on a
 * terminal, plain lines anywhere else.
 */
export async function runSteps(steps: readonly Step[], signal: AbortSignal): Promise<void> {
    const list = new Listr(
        steps.map(({ title, run }) => ({
            title,
            task: async (_: unknown, task: { title: string; output: string }) => {
                signal.throwIfAborted();
                const outcome = await run((line) => {
                    task.output = line;
                });
                if (outcome) task.title = `${title}: ${outcome}`;
            },
        })),
        {
            renderer: "default",
            fallbackRenderer: "simple",
            rendererOptions: {
                timer: PRESET_TIMER,
                collapseErrors: false,
                formatOutput: "truncate",
            },
            fallbackRendererOptions: { timer: PRESET_TIMER },
            // A signal must reach the child that is at work, and leave it time to end well.
            registerSignalListeners: false,
        },
    );
    await list.run();
}
