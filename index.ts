// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { readSources } from "./bundle";
import { type FleetConfig, readConfig } from "./config";
import { existingClusters } from "./host/existingClusters";
import { hostFacts } from "./host/facts";
import { readObjectStore } from "./host/objectStore";
import { type FleetPlan, kindClusters, planFleet } from "./plan/fleet";
import { checkCheckpoints } from "./plan/existingCheck";
import { checkNames, checkNetwork } from "./plan/hostCheck";
import { NAMESPACE_LABEL, namespaceOwner } from "./plan/labels";
import { storageWarnings } from "./plan/existingStorage";
import { type Problem, formatProblems } from "./plan/problem";
import { type Owner, type Present, createClusters } from "./stacks/clusters";
import { fleetCrds } from "./stacks/crds";
import { createMesh } from "./stacks/mesh";
import { createObservability } from "./stacks/observability";
import { fleetOutputs } from "./stacks/outputs";

/**
 * An error for the user, whose message is enough. It has no stack: Pulumi's tracing has Node colour it,
 * which takes ten seconds when a line of it ends in a file right below a package's scope.
 */
function userError(message: string): pulumi.RunError {
    const error = new pulumi.RunError(message);
    delete error.stack;
    return error;
}

/** Throws everything that is wrong at once, before anything is made. */
function refuse(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    const file = `Pulumi.${pulumi.getStack()}.yaml`;
    throw userError(formatProblems(`${file} cannot be used (istio-fleet:):`, problems));
}

/** Runs a step whose errors are for the user. */
async function explain<T>(step: () => T | Promise<T>): Promise<T> {
    try {
        return await step();
    } catch (error) {
        throw userError(error instanceof Error ? error.message : String(error));
    }
}

function readPlan(): { config: FleetConfig; plan: FleetPlan } {
    const { config, problems } = readConfig();
    const planned = config ? planFleet(config) : { problems: [] };
    refuse([...problems, ...planned.problems]);
    if (!config || !("plan" in planned)) throw new Error("a config without problems has a plan");
    return { config, plan: planned.plan };
}

/** What is there already, once it is known that nothing of it stands in the way. */
async function look(
    plan: FleetPlan,
    config: FleetConfig,
    owner: Owner,
): Promise<Present & { readonly objectStore: string | undefined }> {
    const [host, existing] = await explain(() =>
        Promise.all([
            // Docker is needed for kind clusters alone.
            kindClusters(plan).length > 0 ? hostFacts() : undefined,
            existingClusters(plan, config.clusters, owner.label),
        ]),
    );
    const machine = host
        ? [
              ...checkNetwork(plan.network, owner.stack, host),
              ...checkNames(plan, config.clusters, owner.stack, host),
          ]
        : [];
    const checkpoints = checkCheckpoints(plan, process.env.PULUMI_SKIP_CHECKPOINTS);
    const { objectStore } = plan.metrics ?? {};
    const bucket = objectStore === undefined ? undefined : await readObjectStore(objectStore);
    refuse([...checkpoints, ...machine, ...existing.problems, ...(bucket?.problems ?? [])]);
    return {
        objectStore: bucket?.text,
        dockerNetworks: host?.dockerNetworks ?? [],
        kindNodes: host?.kindNodes ?? [],
        existing: existing.facts,
    };
}

async function fleet() {
    const { config, plan } = readPlan();
    const bundle = config.bundle ?? process.env.ISTIO_FLEET_BUNDLE;
    const sources = await explain(() => readSources(bundle));
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const owner = { stack: `${project}/${stack}`, label: namespaceOwner(project, stack) };
    const present = await look(plan, config, owner);
    for (const text of storageWarnings(plan)) await pulumi.log.warn(text);

    const labels = { [NAMESPACE_LABEL]: owner.label };
    const measured = plan.metrics !== undefined;
    const crdFiles = fleetCrds(sources, config.values, measured, owner.label);
    const clusters = createClusters(plan, sources, crdFiles, owner, present);
    const { members, gateways } = createMesh(plan, sources, config.values, clusters, labels);
    createObservability(plan, sources, members, labels, present.objectStore);

    return fleetOutputs(plan, sources, clusters, gateways);
}

export = fleet;
