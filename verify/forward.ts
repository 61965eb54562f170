// SPDX-License-Identifier: Apache-2.0
import { EventEmitter, once } from "node:events";
import { type Duplex, PassThrough, type Readable } from "node:stream";
import { KubeConfig, PortForward } from "@kubernetes/client-node";
import type { Backend } from "./backend";
import { reasonOf } from "./report";

/**
 * Carries a connection to a port of a pod, through the API server, until one end closes it. An error
 * when it cannot be made, or when the pod's node cannot reach the port.
 */
export type Forward = (backend: Backend, socket: Duplex) => Promise<void>;

/** Carries connections with a kubeconfig's text, which is kept in memory only. */
export function forwardWith(kubeconfig: string): Forward {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    return (backend, socket) => carry(config, backend, socket);
}

async function carry(config: KubeConfig, backend: Backend, socket: Duplex): Promise<void> {
    const { namespace, pod, port } = backend;
    let refusal = "";
    const errors = new PassThrough().setEncoding("utf8");
    errors.on("data", (text: string) => (refusal += text));
    const wire: unknown = await new PortForward(config)
        .portForward(namespace, pod, [port], socket, errors, socket)
        .catch((error: unknown) => {
            throw new Error(`${describe(backend)} cannot be reached: ${reasonOfWire(error)}`);
        });
    if (!isWire(wire)) throw new Error("the Kubernetes client gave no connection");
    const end = ended(wire, socket, errors);
    // Either may have happened before anybody was told of the connection.
    if (refusal !== "" || socket.destroyed) wire.terminate();
    await end;
    socket.end();
    if (refusal) throw new Error(`${describe(backend)} was not reached: ${refusal.trim()}`);
}

/** Waits for the end of a connection. */
async function ended(wire: Wire, socket: Duplex, errors: Readable): Promise<void> {
    if (wire.readyState === CLOSED) return;
    const terminate = () => {
        wire.terminate();
    };
    socket.once("close", terminate);
    // What the pod's node says of the connection comes in the place of data: nothing follows.
    errors.once("data", terminate);
    await once(wire, "close");
    socket.off("close", terminate);
}

function describe({ namespace, pod, port }: Backend): string {
    return `port ${String(port)} of pod ${namespace}/${pod}`;
}

/** The web socket that the client gives back, of whose type it says nothing that holds here. */
interface Wire extends EventEmitter {
    readonly readyState: number;
    terminate(): void;
}

/** The state of a web socket that has been closed. */
const CLOSED = 3;

function isWire(wire: unknown): wire is Wire {
    return wire instanceof EventEmitter && "terminate" in wire && "readyState" in wire;
}

/** A web socket that is refused is reported as an event, which has a message but is no Error. */
function reasonOfWire(error: unknown): string {
    if (error instanceof Error || typeof error !== "object" || error === null) {
        return reasonOf(error);
    }
    return "message" in error ? reasonOf(error.message) : reasonOf(error);
}
