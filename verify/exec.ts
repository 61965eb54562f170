// SPDX-License-Identifier: Apache-2.0
import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { Exec, type KubeConfig, type V1Status } from "@kubernetes/client-node";
import { reasonOf } from "./report";

/** Where a command runs. */
export interface ExecTarget {
    readonly namespace: string;
    readonly pod: string;
    readonly container: string;
}

/** A command in a container. */
export interface Execution {
    readonly config: KubeConfig;
    readonly target: ExecTarget;
    readonly command: readonly string[];
    readonly signal?: AbortSignal | undefined;
}

const ANSWER_SECONDS = 20;

/** Collects what is written. */
class Collector extends Writable {
    private readonly parts: Buffer[] = [];

    override _write(part: Buffer, _encoding: string, done: () => void): void {
        this.parts.push(part);
        done();
    }

    text(): string {
        return Buffer.concat(this.parts).toString("utf8");
    }
}

/** What a command prints; an error when it ends with anything but 0, or not at all. */
export async function execute(execution: Execution): Promise<string> {
    const stdout = new Collector();
    const stderr = new Collector();
    try {
        const status = await run(execution, stdout, stderr);
        if (status.status === "Success") return stdout.text();
        throw new Error(stderr.text().trim() || (status.message ?? "no reason given"));
    } catch (error) {
        const what = `"${execution.command.join(" ")}" in ${execution.target.pod}`;
        throw new Error(`${what} failed: ${reasonOf(error)}`, { cause: error });
    }
}

/**
 * The status that a command ends with. The client gives it to a callback, and tells nobody when the
 * connection ends without one.
 */
async function run(
    { config, target: { namespace, pod, container }, command, signal }: Execution,
    stdout: Writable,
    stderr: Writable,
): Promise<V1Status> {
    const giveUp = AbortSignal.timeout(ANSWER_SECONDS * 1000);
    const stop = signal ? AbortSignal.any([signal, giveUp]) : giveUp;
    return new Promise((resolve, reject) => {
        const fail = (reason: string) => {
            reject(new Error(reason));
        };
        stop.addEventListener("abort", () => {
            fail(giveUp.aborted ? `no end in ${String(ANSWER_SECONDS)} s` : "stopped");
        });
        new Exec(config)
            .exec(namespace, pod, container, [...command], stdout, stderr, null, false, resolve)
            .then((socket: unknown) => {
                if (!(socket instanceof EventEmitter)) return;
                socket.on("close", () => {
                    fail("the connection ended before the command did");
                });
            })
            .catch((error: unknown) => {
                fail(reasonOf(error));
            });
    });
}
