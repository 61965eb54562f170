// SPDX-License-Identifier: Apache-2.0
import { type AddressInfo, type Server, type Socket, createServer } from "node:net";
import { once } from "node:events";
import { COLLECTOR_SERVICE, FEDERATION_SERVICE, QUERY_FRONTEND_SERVICE } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import { cut } from "../plan/shown";
import { nearest } from "../plan/suggest";
import { type Backend, findBackend } from "../verify/backend";
import { type LiveFleet, clusterNames } from "../verify/fleet";
import { type Forward, forwardWith } from "../verify/forward";
import { connect } from "../verify/kube";
import { holds, reasonOf } from "../verify/report";
import { type Patience, until } from "../verify/until";
import { run } from "./child";
import { readingEnvironment } from "./environment";
import { interruptible } from "./interrupt";
import { ROOT, hasStack } from "./paths";
import { StepError } from "./steps";
import { openToolbox } from "./toolbox";
import { readFleet } from "./verify";

export interface OpenOptions {
    readonly stack: string;
    /** Whose collector or federation. Defaults to the central cluster. */
    readonly cluster?: string;
    /** Local port, as it was typed. Defaults to a free one. */
    readonly port?: string;
    readonly browser?: boolean;
}

/** What can be opened: its Service, and whether every cluster has one or only the central one. */
const TARGETS: ReadonlyMap<string, { readonly service: string; readonly everywhere: boolean }> =
    new Map([
        ["thanos", { service: QUERY_FRONTEND_SERVICE, everywhere: false }],
        ["grafana", { service: "grafana", everywhere: false }],
        ["collector", { service: COLLECTOR_SERVICE, everywhere: true }],
        ["federation", { service: FEDERATION_SERVICE, everywhere: true }],
    ]);

const HOST = "127.0.0.1";
/** A pod that is being replaced is back in this time, or something is wrong. */
const REPLACE_SECONDS = 60;

/** A Service of the metrics stack. */
export interface Place {
    readonly cluster: string;
    readonly service: string;
}

/** Forwards a local port to a page of the metrics stack, until it is stopped. */
export async function open(target: string, options: OpenOptions): Promise<void> {
    const { stack, cluster, browser = false } = options;
    const port = parsePort(options.port);
    // Before pulumi is asked for the fleet, which takes a while.
    checkTarget(target);
    await interruptible(async ({ signal }) => {
        const { paths, variables } = await openToolbox();
        const known = hasStack(paths, stack);
        const fleet = await readFleet(stack, readingEnvironment(process.env, variables, known));
        signal.throwIfAborted();
        const place = choosePlace(fleet, target, cluster);
        const kubeconfig = fleet.kubeconfigs[place.cluster] ?? "";
        const kube = connect(place.cluster, kubeconfig, signal);
        const way: Way = {
            find: () => findBackend(kube, MONITORING_NAMESPACE, place.service),
            forward: forwardWith(kubeconfig),
            patience: { seconds: REPLACE_SECONDS, intervalMs: 500, signal },
        };
        await stay(way, port, (url, { pod }) => {
            process.stdout.write(`${url}\n`);
            say(`${target} of ${place.cluster}: pod ${pod}. Ctrl-C ends it.`);
            if (browser) openBrowser(url);
        });
    });
}

/** What a target is. */
function checkTarget(target: string): { readonly service: string; readonly everywhere: boolean } {
    const found = TARGETS.get(target);
    if (found) return found;
    const targets = [...TARGETS.keys()];
    const meant = hint(target, targets);
    throw new StepError(`"${typed(target)}" cannot be opened: ${listed(targets)} can.${meant}`);
}

/** The Service that is meant, and the cluster that has it. */
export function choosePlace(fleet: LiveFleet, target: string, cluster?: string): Place {
    const { service, everywhere } = checkTarget(target);
    const { stack, metrics } = fleet;
    const names = clusterNames(fleet);
    if (!metrics) {
        throw new StepError(
            `stack ${stack} has no metrics: metrics.central is not set. Name the cluster that is ` +
                `to have Thanos, \`pulumi config set --path istio-fleet:metrics.central ` +
                `${names[0] ?? ""} --stack ${stack}\`, and run \`npm start -- --stack ${stack}\`.`,
        );
    }
    const { central } = metrics;
    if (cluster !== undefined && !names.includes(cluster)) {
        const meant = hint(cluster, names);
        throw new StepError(
            `stack ${stack} has no cluster "${typed(cluster)}", only ${listed(names)}.${meant}`,
        );
    }
    if (cluster !== undefined && cluster !== central && !everywhere) {
        throw new StepError(
            `${target} is in ${central}, the central cluster, only: leave out --cluster.`,
        );
    }
    return { cluster: cluster ?? central, service };
}

/** As much of what was typed as it is known again by. */
function typed(text: string): string {
    return cut(text, 60);
}

function hint(text: string, candidates: readonly string[]): string {
    const near = nearest(text, candidates);
    return near === undefined ? "" : ` Did you mean "${near}"?`;
}

function listed(names: readonly string[]): string {
    return names.length > 1
        ? `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`
        : names.join();
}

/** A port as it was typed; 0 is any free one. */
export function parsePort(text: string | undefined): number {
    if (text === undefined) return 0;
    const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    if (port >= 1 && port <= 65_535) return port;
    throw new StepError(`--port "${typed(text)}" must be a number from 1 to 65535.`);
}

/** How connections get to a pod. */
export interface Way {
    /** The pod that is ready now; an error when none is. */
    readonly find: () => Promise<Backend>;
    readonly forward: Forward;
    /** How long a connection waits for a pod that is being replaced. Its signal ends everything. */
    readonly patience: Patience & { readonly signal: AbortSignal };
}

/**
 * Takes connections and carries them, until the signal. Each one asks for the pod anew, so the next
 * connection after a pod was replaced gets to the new one.
 *
 * @param onOpen called when connections are taken.
 */
export async function stay(
    way: Way,
    port: number,
    onOpen: (url: string, backend: Backend) => void,
    tell: (line: string) => void = say,
): Promise<void> {
    const { signal } = way.patience;
    let last = await way.find();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
        sockets.add(socket);
        socket.once("close", () => sockets.delete(socket));
        carry(way, socket, (backend) => {
            if (backend.pod !== last.pod) tell(`Connections go to pod ${backend.pod} now.`);
            last = backend;
        }).catch((error: unknown) => {
            if (!signal.aborted) tell(`A connection failed: ${reasonOf(error)}`);
        });
    });
    try {
        onOpen(await listen(server, port), last);
        if (!signal.aborted) await once(signal, "abort");
    } finally {
        for (const socket of sockets) socket.destroy();
        server.close();
    }
}

async function carry(way: Way, socket: Socket, use: (backend: Backend) => void): Promise<void> {
    // A reset is the end of a connection like any other.
    socket.on("error", () => undefined);
    try {
        const backend = await waitFor(way);
        use(backend);
        await way.forward(backend, socket);
    } finally {
        // What is written already still goes out.
        socket.destroySoon();
    }
}

async function waitFor({ find, patience }: Way): Promise<Backend> {
    const found: Backend[] = [];
    const finding = await until(async () => {
        found.push(await find());
        return holds("ready");
    }, patience);
    const [backend] = found;
    if (!backend) throw new Error(finding.detail);
    return backend;
}

/** Opens a port of this machine, and gives its URL. */
async function listen(server: Server, port: number): Promise<string> {
    try {
        server.listen(port, HOST);
        await once(server, "listening");
    } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        const why = code === "EADDRINUSE" ? "is in use" : `cannot be opened: ${reasonOf(error)}`;
        throw new StepError(
            `port ${String(port)} of ${HOST} ${why}. Say another one with --port, or none for a free one.`,
            [],
            { cause: error },
        );
    }
    return `http://${HOST}:${String((server.address() as AddressInfo).port)}`;
}

function openBrowser(url: string): void {
    const opener = process.platform === "darwin" ? "open" : "xdg-open";
    run(opener, [url], { cwd: ROOT, env: process.env })
        .then(({ exitCode, stderr }) => {
            if (exitCode !== 0) throw new Error(stderr || `it ended with ${String(exitCode)}`);
        })
        .catch((error: unknown) => {
            say(`No browser was opened by ${opener}: ${reasonOf(error)}`);
        });
}

function say(line: string): void {
    process.stderr.write(`${line}\n`);
}
