// SPDX-License-Identifier: Apache-2.0
import { constants } from "node:os";

/** The command was told to stop. */
export class Interrupted extends Error {
    constructor(readonly signal: NodeJS.Signals) {
        super(`stopped by ${signal}; run it again to go on from here`);
    }

    /** What a shell expects of a process that a signal ended. */
    get exitCode(): number {
        return 128 + constants.signals[this.signal];
    }
}

/** The signals that this process gets while it works. */
export interface Interrupts {
    /** Aborts, with an Interrupted, at the first one. */
    readonly signal: AbortSignal;
    /** Calls back at every one: the second means "now". Gives the function that ends that. */
    onEach(callback: () => void): () => void;
}

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Does something that may be interrupted. Then this process lives until it has been cleaned up. */
export async function interruptible<T>(work: (interrupts: Interrupts) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const callbacks = new Set<() => void>();
    let count = 0;
    const onSignal = (signal: NodeJS.Signals) => {
        const interrupted = new Interrupted(signal);
        // The first ends the work in order, the second tells children to hurry.
        if (++count > 2) process.exit(interrupted.exitCode);
        controller.abort(interrupted);
        for (const callback of callbacks) callback();
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
    try {
        return await work({
            signal: controller.signal,
            onEach: (callback) => {
                callbacks.add(callback);
                return () => callbacks.delete(callback);
            },
        });
    } finally {
        for (const signal of SIGNALS) process.off(signal, onSignal);
    }
}
