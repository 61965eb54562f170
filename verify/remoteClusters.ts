// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { type VerifyContext, outcomeOf } from "./context";
import { observedBy, primaryNames } from "./fleet";
import type { Kube } from "./kube";
import { askIstiod, istiods } from "./pods";
import { type Check, type Finding, fails, holds, toCheck } from "./report";
import { until } from "./until";

const ID = "remote-clusters";
const SYNCED = "synced";

const clusterz = z.array(
    z.object({ id: z.string(), secretName: z.string().optional(), syncStatus: z.string() }),
);

/** What one istiod says about one cluster. */
export type ReportedCluster = z.output<typeof clusterz>[number];

/**
 * Each primary's istiods report each cluster that they should observe as synced, and no other.
 * Remotes have no istiod to ask.
 */
export async function checkRemoteClusters(context: VerifyContext): Promise<Check[]> {
    const { fleet, kubes, patience } = context;
    return Promise.all(
        primaryNames(fleet).map(async (cluster) => {
            const kube = outcomeOf(kubes, cluster);
            if (!kube.ok) return toCheck(ID, cluster, fails(kube.reason));
            const expected = observedBy(fleet, cluster);
            return toCheck(ID, cluster, await until(() => ask(kube.value, expected), patience));
        }),
    );
}

async function ask(kube: Kube, expected: readonly string[]): Promise<Finding> {
    const pods = await istiods(kube);
    const findings = await Promise.all(
        pods.map(async ({ metadata }) => {
            const answer = await askIstiod(kube, metadata, "/debug/clusterz");
            return judge(metadata.name, kube.cluster, expected, parseClusterz(answer));
        }),
    );
    return {
        ok: findings.every(({ ok }) => ok),
        detail: findings.map(({ detail }) => detail).join(" "),
    };
}

export function parseClusterz(text: string): ReportedCluster[] {
    return clusterz.parse(JSON.parse(text));
}

/** Compares what an istiod reports with what its cluster's edges ask for. */
export function judge(
    istiod: string,
    local: string,
    expected: readonly string[],
    reported: readonly ReportedCluster[],
): Finding {
    const remotes = reported.filter(({ secretName }) => secretName);
    const problems = [
        ...judgeLocal(local, reported),
        ...expected.flatMap((name) => judgeRemote(name, remotes)),
        ...remotes
            .filter(({ id }) => !expected.includes(id))
            .map(
                ({ id, secretName = "" }) =>
                    `reports ${id} (${secretName}), which no edge asks for`,
            ),
    ];
    if (problems.length > 0) return fails(`${istiod} ${problems.join("; it ")}.`);
    const seen = expected.length > 0 ? expected.join(", ") : "no other cluster";
    return holds(
        `${istiod} reports ${seen}${expected.length > 0 ? " as synced, and no other" : ""}.`,
    );
}

/** The cluster that an istiod runs in is listed too, with no secret. */
function judgeLocal(local: string, reported: readonly ReportedCluster[]): string[] {
    const own = reported.filter(({ secretName }) => !secretName);
    if (own.some(({ id, syncStatus }) => id === local && syncStatus === SYNCED)) return [];
    const names = own.map(({ id, syncStatus }) => `${id} (${syncStatus})`).join(", ");
    return [
        `should report its own cluster as ${local} (${SYNCED}), but says ${names || "nothing"}`,
    ];
}

function judgeRemote(name: string, remotes: readonly ReportedCluster[]): string[] {
    const found = remotes.filter(({ id }) => id === name);
    if (found.length === 0) return [`does not report ${name}: it has no remote secret of it`];
    if (found.length > 1) return [`reports ${name} ${String(found.length)} times`];
    const status = found[0]?.syncStatus ?? "";
    return status === SYNCED ? [] : [`reports ${name} as "${status}" instead of "${SYNCED}"`];
}
