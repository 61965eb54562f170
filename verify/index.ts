// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import { hostname } from "node:os";
import { type Outcome, type VerifyContext, outcomeOf } from "./context";
import { checkEdges } from "./edge";
import { checkEdgeTokens } from "./edgeToken";
import { type LiveFleet, clusterNames } from "./fleet";
import { type Kube, connect } from "./kube";
import { checkMetricsReports } from "./metricsReport";
import { checkMetricsRequests } from "./metricsRequest";
import { checkMissingEdges } from "./missingEdge";
import type { Run } from "./probeManifests";
import { type Probe, removeLeftovers, removeProbe, startProbe } from "./probes";
import { checkRejectedConfig } from "./rejectedConfig";
import { checkRemoteClusters } from "./remoteClusters";
import { type Check, type VerifyReport, holds, reasonOf, reportOf } from "./report";
import { checkRootCertificates } from "./rootCertificate";
import { checkServedBy } from "./servedBy";
import { type Patience, until } from "./until";

export { type LiveFleet, parseFleet } from "./fleet";
export { type Check, type VerifyReport, formatJson, formatTable, verdict } from "./report";

/** How verify runs. */
export interface VerifyOptions {
    /** Told what is being done or waited for, a sentence at a time. */
    readonly onProgress?: (message: string) => void;
    /** Stops the run: the probes are removed, then its reason is thrown. */
    readonly signal?: AbortSignal;
    /** How long a mesh that still converges is waited for, per check. Defaults to 90. */
    readonly convergeSeconds?: number;
}

/** Probes start slower than anything else here: their image may have to come from a registry. */
const PROBE_SECONDS = 240;
const REACH_SECONDS = 10;
const REMOVE_SECONDS = 90;
const CONVERGE_SECONDS = 90;
const INTERVAL_MS = 500;

/**
 * Asks the live clusters of a fleet whether they are the mesh that the fleet describes. Makes a
 * probe in every cluster and removes it again, however the run ends.
 */
export async function verifyFleet(
    fleet: LiveFleet,
    options: VerifyOptions = {},
): Promise<VerifyReport> {
    const { onProgress: say = () => undefined, signal } = options;
    // Every request listens to it, and dozens run at a time.
    if (signal) setMaxListeners(0, signal);
    const run = newRun();
    const names = clusterNames(fleet);
    const patience = (seconds: number): Patience => ({ seconds, intervalMs: INTERVAL_MS, signal });
    say(`Reaching the API servers of ${names.join(", ")}.`);
    const kubes = await reachAll(fleet, patience(REACH_SECONDS));
    try {
        await sweep(kubes, run.host, say);
        say(
            `Starting a probe in ${names.join(", ")}, namespace ${run.namespace}; waiting for them.`,
        );
        const probes = await probeAll(fleet, kubes, run, patience(PROBE_SECONDS));
        const converge = patience(options.convergeSeconds ?? CONVERGE_SECONDS);
        const checks = await runChecks({ fleet, run, kubes, probes, patience: converge }, say);
        return reportOf(fleet.stack, checks);
    } finally {
        say("Removing the probes.");
        // Not stopped by the signal that may have ended the checks.
        const reached = names.filter((name) => outcomeOf(kubes, name).ok);
        await removeAll(fleet, reached, run, say);
    }
}

async function runChecks(
    context: VerifyContext,
    say: (message: string) => void,
): Promise<readonly Check[]> {
    // Reports need no probe: they come while everything else is asked.
    const [mesh, reports] = await Promise.all([
        checkMesh(context, say),
        checkMetricsReports(context),
    ]);
    return [...mesh.checks, ...reports, ...mesh.requests];
}

async function checkMesh(
    context: VerifyContext,
    say: (message: string) => void,
): Promise<{ checks: readonly Check[]; requests: readonly Check[] }> {
    const { seconds } = context.patience;
    const limit = `at most ${String(seconds)} s`;
    say(`Waiting for every istiod to report its remote clusters, and for every edge (${limit}).`);
    const [remotes, tokens, served, edges] = await Promise.all([
        checkRemoteClusters(context),
        checkEdgeTokens(context),
        checkServedBy(context),
        checkEdges(context),
    ]);
    const [{ missing, roots, rejected }, requests] = await Promise.all([
        checkConverged(context, say),
        // The edges' requests, which are on their way to Thanos now: that takes half a minute.
        checkMetricsRequests(context),
    ]);
    const checks = [...remotes, ...tokens, ...served, ...roots, ...edges, ...missing, ...rejected];
    return { checks, requests };
}

async function checkConverged(context: VerifyContext, say: (message: string) => void) {
    // Only now: an answer of "nobody there" means nothing while the mesh still converges.
    say("Every edge was asked; asking where no edge is.");
    const missing = await checkMissingEdges(context);
    say("Reading certificates and rejected configuration.");
    const roots = await checkRootCertificates(context);
    const rejected = await checkRejectedConfig(context);
    if (context.fleet.metrics) say("Waiting for the requests to be seen in the central Thanos.");
    return { missing, roots, rejected };
}

function newRun(): Run {
    return {
        namespace: `istio-fleet-verify-${randomBytes(4).toString("hex")}`,
        host: hostname(),
        pid: process.pid,
    };
}

/** Access to every cluster. A cluster that can't be reached fails its own checks, not the others'. */
async function reachAll(fleet: LiveFleet, patience: Patience): Promise<Map<string, Outcome<Kube>>> {
    const reached = clusterNames(fleet).map(async (name) => {
        let kube: Kube | undefined;
        const finding = await until(async () => {
            kube = connect(name, fleet.kubeconfigs[name] ?? "", patience.signal);
            await kube.text("GET", "/version");
            return holds("reached");
        }, patience);
        const outcome: Outcome<Kube> =
            finding.ok && kube
                ? { ok: true, value: kube }
                : { ok: false, reason: `${name} cannot be reached: ${finding.detail}` };
        return [name, outcome] as const;
    });
    return new Map(await Promise.all(reached));
}

async function sweep(
    kubes: ReadonlyMap<string, Outcome<Kube>>,
    host: string,
    say: (message: string) => void,
): Promise<void> {
    await Promise.all(
        [...kubes.values()].map(async (kube) => {
            if (!kube.ok) return;
            const { cluster } = kube.value;
            const removed = await removeLeftovers(kube.value, host).catch((error: unknown) => {
                say(`Leftovers in ${cluster} could not be removed: ${reasonOf(error)}`);
                return [];
            });
            for (const name of removed) say(`Removing ${name} of an earlier run from ${cluster}.`);
        }),
    );
}

async function probeAll(
    fleet: LiveFleet,
    kubes: ReadonlyMap<string, Outcome<Kube>>,
    run: Run,
    patience: Patience,
): Promise<Map<string, Outcome<Probe>>> {
    const started = clusterNames(fleet).map(async (name) => {
        const kube = outcomeOf(kubes, name);
        const probe = kube.ok
            ? await startProbe(kube.value, run, fleet.mesh.probeImage, patience)
            : kube;
        return [name, probe] as const;
    });
    return new Map(await Promise.all(started));
}

/** Removes the run's namespace everywhere; what can't be removed is said, with the command. */
async function removeAll(
    fleet: LiveFleet,
    clusters: readonly string[],
    { namespace }: Run,
    say: (message: string) => void,
): Promise<void> {
    const patience: Patience = { seconds: REMOVE_SECONDS, intervalMs: INTERVAL_MS };
    await Promise.all(
        clusters.map(async (name) => {
            try {
                await removeProbe(
                    connect(name, fleet.kubeconfigs[name] ?? ""),
                    namespace,
                    patience,
                );
            } catch (error) {
                const command = `kubectl delete namespace ${namespace}`;
                say(`The probe in ${name} is still there (${reasonOf(error)}): \`${command}\``);
            }
        }),
    );
}
