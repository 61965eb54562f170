// SPDX-License-Identifier: Apache-2.0
import { dockerNetworks, kindNodes } from "../host/docker";
import { freeDisk, inotifyLimit, isPortFree, memory } from "../host/machine";
import { hostRoutes } from "../host/routes";
import { type FleetPlan, kindClusters } from "../plan/fleet";
import type { HostFacts } from "../plan/hostFacts";
import { run } from "./child";
import {
    type Diagnosis,
    diagnoseDisk,
    diagnoseInotify,
    diagnoseMemory,
    diagnoseNetwork,
    diagnosePorts,
} from "./diagnose";
import { needsEngine } from "./needs";
import { countMissing, countNodes } from "./nodes";
import { type Paths, ROOT } from "./paths";
import { findVersion } from "./version";

/** The version of the docker engine that answers; undefined when none does. */
export async function engineVersion(): Promise<string | undefined> {
    const args = ["version", "--format", "{{.Server.Version}}"];
    const { exitCode, stdout } = await run("docker", args, { cwd: ROOT, env: process.env });
    return exitCode === 0 ? findVersion(stdout) : undefined;
}

/** What docker and the kernel have already; nothing of docker's where no engine answers. */
export async function readHost(engine: boolean): Promise<HostFacts> {
    const routes = await hostRoutes();
    if (!engine) return { dockerNetworks: [], kindNodes: [], routes };
    return { dockerNetworks: await dockerNetworks(), kindNodes: await kindNodes(), routes };
}

/** What can be said of the machine for a plan, apart from the tools. */
export async function surveyMachine(
    plan: FleetPlan,
    stack: string,
    paths: Paths,
    host: HostFacts,
): Promise<Diagnosis[]> {
    const running = host.kindNodes.filter(({ running }) => running);
    const { clusters, workers } = countMissing(plan, running);
    const { available } = await memory();
    return [
        diagnoseMemory(available, clusters, workers),
        diagnoseDisk(await freeDisk(paths.cache), paths.cache),
        ...(needsEngine(plan) ? await surveyKind(plan, stack, host, running) : []),
    ];
}

/** What only kind clusters need of the machine. */
async function surveyKind(
    plan: FleetPlan,
    stack: string,
    host: HostFacts,
    running: HostFacts["kindNodes"],
): Promise<Diagnosis[]> {
    const ports = kindClusters(plan).map(({ apiServerPort }) => apiServerPort);
    const free = await Promise.all(ports.map(isPortFree));
    return [
        // Clusters of other stacks take instances too.
        ...diagnoseInotify(await inotifyLimit(), countNodes(plan, running)),
        ...diagnosePorts(plan, new Set(ports.filter((_, i) => !free[i])), host.kindNodes),
        ...diagnoseNetwork(plan, stack, host),
    ];
}
