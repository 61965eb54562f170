// SPDX-License-Identifier: Apache-2.0
import { type FleetPlan, kindClusters } from "../plan/fleet";
import { checkNetwork } from "../plan/hostCheck";
import type { HostFacts } from "../plan/hostFacts";
import { formatProblem } from "../plan/problem";
import type { Choice } from "./choose";
import type { LabTools } from "./environment";
import { nodesWithin, limitToSet, raiseCommand } from "./inotify";
import { PROJECT } from "./paths";
import { docker } from "./releases";
import { satisfies } from "./version";

/** What doctor has to say about one thing. */
export interface Diagnosis {
    readonly id: string;
    readonly subject: string;
    readonly ok: boolean;
    /** Whether `pulumi up` cannot work as long as this isn't ok. */
    readonly blocking: boolean;
    readonly detail: string;
    /** The command, or what else to do. */
    readonly fix?: string;
}

const GIB = 1024 ** 3;
/** What a cluster of one node takes with Istio and MetalLB at rest, measured. */
const CLUSTER_GIB = 1.1;
/** What each further node takes: it has a kubelet and a proxy, and no control plane. */
const WORKER_GIB = 0.5;
/** What pulumi with its plugins takes while it works. */
const WORK_GIB = 1;
/** Node images, charts and the state. */
const DISK_GIB = 10;

export function diagnoseConfig(stack: string, problems: readonly string[]): Diagnosis[] {
    const id = "config";
    if (problems.length === 0) {
        return [
            {
                id,
                subject: stack,
                ok: true,
                blocking: true,
                detail: "The stack's config is valid.",
            },
        ];
    }
    return problems.map((detail) => ({ id, subject: stack, ok: false, blocking: true, detail }));
}

/** The docker engine, by the version that it answers with. */
export function diagnoseEngine(version: string | undefined, canInstall: boolean): Diagnosis {
    const what = { id: "docker", subject: "engine", blocking: true };
    const fix = canInstall ? "npm start" : docker.page;
    if (version === undefined) {
        return { ...what, ok: false, detail: "No docker engine answers.", fix };
    }
    // Engines since 20.10 share a host's cgroups in the way that kind needs; later ones count in years.
    const ok = Number(version.split(".")[0]) > 20 || satisfies(version, docker.minimum);
    const detail = `Docker engine ${version} answers${ok ? "" : `, but ${docker.minimum} or newer is needed`}.`;
    return { ...what, ok, detail, ...(ok ? {} : { fix: docker.page }) };
}

/** A tool, by where it would be taken from. */
export function diagnoseTool({ name, use, reason }: Choice, here: boolean): Diagnosis {
    const ok = use !== "none" && here;
    const fix = use === "none" ? {} : { fix: "npm start" };
    const detail = ok || use === "none" ? reason : `Not here yet: ${reason}`;
    return { id: "tool", subject: name, ok, blocking: true, detail, ...(ok ? {} : fix) };
}

/** Which plugins the engine will run; those that are stand-ins say so. */
export function diagnosePlugins(plugins: LabTools["plugins"]): Diagnosis[] {
    return plugins.map(({ name, version, standIn, note }) => ({
        id: "plugin",
        subject: name,
        ok: true,
        blocking: false,
        detail: `${version}${standIn ? ", a stand-in of the lab" : ""}${note ? ` (${note})` : ""}`,
    }));
}

/** inotify instances, for all kind nodes that are to run at once, whoever's they are. */
export function diagnoseInotify(limit: number | undefined, nodes: number): Diagnosis[] {
    if (limit === undefined) return [];
    const what = { id: "inotify", subject: "max_user_instances", blocking: true };
    const raised = limitToSet(limit, nodes);
    const allows = `${String(limit)} allows ${count(nodesWithin(limit), "kind node")}`;
    if (raised === undefined) return [{ ...what, ok: true, detail: `${allows}.` }];
    const detail = `${allows}, and ${String(nodes)} are to run.`;
    return [{ ...what, ok: false, detail, fix: raiseCommand(raised) }];
}

/** Memory, for kind clusters that don't run yet, with all their workers, and for pulumi. */
export function diagnoseMemory(available: number, clusters: number, workers = 0): Diagnosis {
    const needed = clusters * CLUSTER_GIB + workers * WORKER_GIB + WORK_GIB;
    const ok = available / GIB >= needed;
    const what = [
        ...(clusters > 0 ? [count(clusters, "more kind cluster")] : []),
        ...(workers > 0 ? [count(workers, "worker")] : []),
        "pulumi",
    ];
    const need = `about ${needed.toFixed(1)} GiB are needed for ${what.join(", ")}`;
    const fix = `End other programs${clusters > 0 ? ", or use fewer clusters or workers" : ""}.`;
    return {
        id: "memory",
        subject: "available",
        ok,
        // Some of it may be swapped or never needed: a warning.
        blocking: false,
        detail: `${(available / GIB).toFixed(1)} GiB available; ${need}.`,
        ...(ok ? {} : { fix }),
    };
}

export function diagnoseDisk(free: number, folder: string): Diagnosis {
    const ok = free / GIB >= DISK_GIB;
    return {
        id: "disk",
        subject: folder,
        ok,
        blocking: false,
        detail: `${(free / GIB).toFixed(1)} GiB free; about ${String(DISK_GIB)} GiB are used.`,
        ...(ok ? {} : { fix: "docker system prune, or `npm run lab -- prune`" }),
    };
}

/** The ports of the API servers. One that a cluster of this name has already is as it should be. */
export function diagnosePorts(
    plan: FleetPlan,
    busy: ReadonlySet<number>,
    nodes: HostFacts["kindNodes"],
): Diagnosis[] {
    return kindClusters(plan).map(({ name, apiServerPort }) => {
        const node = nodes.find(({ cluster }) => cluster === name);
        const ok = !busy.has(apiServerPort) || node !== undefined;
        const by = node ? `taken by its own cluster` : ok ? "free" : "taken by another program";
        return {
            id: "port",
            subject: name,
            ok,
            blocking: true,
            detail: `127.0.0.1:${String(apiServerPort)} is ${by}.`,
            ...(ok ? {} : { fix: `ss -ltnp 'sport = :${String(apiServerPort)}' shows which` }),
        };
    });
}

/** The docker network's addresses against everything else on the machine. */
export function diagnoseNetwork(
    plan: FleetPlan,
    stack: string,
    host: Pick<HostFacts, "dockerNetworks" | "routes">,
): Diagnosis[] {
    const what = { id: "network", subject: plan.network.name, blocking: true };
    const problems = checkNetwork(plan.network, `${PROJECT}/${stack}`, host);
    if (problems.length === 0) {
        return [
            { ...what, ok: true, detail: `${plan.network.subnet} is free or this stack's own.` },
        ];
    }
    return problems.map((problem) => ({ ...what, ok: false, detail: formatProblem(problem) }));
}

function count(number: number, what: string): string {
    return `${String(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** Whether nothing that blocks is missing. */
export function isHealthy(diagnoses: readonly Diagnosis[]): boolean {
    return diagnoses.every(({ ok, blocking }) => ok || !blocking);
}

/** The diagnoses as lines for people, each fix under what it fixes. */
export function formatDiagnoses(diagnoses: readonly Diagnosis[]): string {
    const ids = Math.max(0, ...diagnoses.map(({ id }) => id.length));
    const subjects = Math.max(0, ...diagnoses.map(({ subject }) => subject.length));
    return diagnoses
        .flatMap(({ id, subject, ok, blocking, detail, fix }) => {
            const mark = ok ? "ok  " : blocking ? "FAIL" : "warn";
            const line = [mark, id.padEnd(ids), subject.padEnd(subjects), detail].join("  ");
            return fix ? [line, `      fix: ${fix}`] : [line];
        })
        .join("\n");
}
