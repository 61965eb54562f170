// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import type { LiveFleet } from "../../verify";
import { connect } from "../../verify/kube";
import { type Run, probeName } from "../../verify/probeManifests";
import { type Probe, dial, removeProbe, startProbe } from "../../verify/probes";

const INTERVAL_MS = 100;
const START: { seconds: number; intervalMs: number } = { seconds: 240, intervalMs: 500 };

/** What came of the requests across one edge. */
export interface Sent {
    readonly requests: number;
    /** What was answered instead, or the error. */
    readonly lost: readonly string[];
}

/**
 * Steady requests across edges, from a meshed probe in one cluster to one in another, about ten a
 * second each, one after the other, each on a connection of its own.
 */
export class Traffic {
    private readonly stopped = new AbortController();
    private readonly flows: {
        edge: string;
        requests: number;
        lost: string[];
        done: Promise<void>;
    }[] = [];

    private constructor(
        private readonly fleet: LiveFleet,
        private readonly run: Run,
        private readonly probes: ReadonlyMap<string, Probe>,
    ) {}

    /** Starts the probes, and the requests when each edge has been answered once. */
    static async start(
        fleet: LiveFleet,
        edges: readonly (readonly [string, string])[],
    ): Promise<Traffic> {
        const run: Run = {
            namespace: `istio-fleet-traffic-${randomBytes(4).toString("hex")}`,
            host: hostname(),
            pid: process.pid,
        };
        const names = [...new Set(edges.flat())];
        const started = await Promise.all(
            names.map(async (name) => {
                const kube = connect(name, fleet.kubeconfigs[name] ?? "");
                const probe = await startProbe(kube, run, fleet.mesh.probeImage, START);
                if (!probe.ok) throw new Error(probe.reason);
                return [name, probe.value] as const;
            }),
        );
        const traffic = new Traffic(fleet, run, new Map(started));
        await Promise.all(edges.map((edge) => traffic.open(...edge)));
        for (const edge of edges) traffic.flow(...edge);
        return traffic;
    }

    /** What the traffic has come to so far, by edge. */
    get sent(): Record<string, Sent> {
        return Object.fromEntries(
            this.flows.map(({ edge, requests, lost }) => [edge, { requests, lost: [...lost] }]),
        );
    }

    /** Ends the requests, and removes the probes. */
    async stop(): Promise<Record<string, Sent>> {
        this.stopped.abort();
        await Promise.all(this.flows.map(({ done }) => done));
        await Promise.all(
            [...this.probes.keys()].map((name) =>
                removeProbe(connect(name, this.fleet.kubeconfigs[name] ?? ""), this.run.namespace, {
                    seconds: 90,
                    intervalMs: 500,
                }),
            ),
        );
        return this.sent;
    }

    private async ask(from: string, to: string): Promise<string | undefined> {
        const [client, server] = [this.probes.get(from), this.probes.get(to)];
        if (!client || !server) throw new Error(`no probe in ${from} or ${to}`);
        const { body, error } = await dial(client, server, "hostname");
        return body === probeName(to) ? undefined : (error ?? `the answer was "${body ?? ""}"`);
    }

    /** Waits until ten requests in a row are answered: the mesh learns of new pods step by step. */
    private async open(from: string, to: string): Promise<void> {
        const deadline = Date.now() + START.seconds * 1000;
        for (let answered = 0; answered < 10;) {
            const lost = await this.ask(from, to).catch(String);
            answered = lost === undefined ? answered + 1 : 0;
            if (Date.now() > deadline)
                throw new Error(`${from} -> ${to} did not open: ${lost ?? ""}`);
        }
    }

    private flow(from: string, to: string): void {
        const flow = {
            edge: `${from} -> ${to}`,
            requests: 0,
            lost: [] as string[],
            done: Promise.resolve(),
        };
        const send = async () => {
            while (!this.stopped.signal.aborted) {
                flow.requests += 1;
                const lost = await this.ask(from, to).catch(String);
                if (lost !== undefined) flow.lost.push(`${new Date().toISOString()} ${lost}`);
                await pause(INTERVAL_MS);
            }
        };
        flow.done = send();
        this.flows.push(flow);
    }
}
