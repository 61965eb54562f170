// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { type Sources, readSources } from "./bundle";
import { userError } from "./components";
import { type FleetConfig, readConfig } from "./config";
import { existingClusters } from "./host/existingClusters";
import { readExternalRoot } from "./host/externalRoot";
import { hostFacts } from "./host/facts";
import { readObjectStore } from "./host/objectStore";
import { trustProblems } from "./host/servedTrust";
import { type ExternalRoot, planExternalRoot } from "./plan/externalRoot";
import { type FleetPlan, kindClusters, planFleet, primaryNames } from "./plan/fleet";
import { checkCheckpoints } from "./plan/existingCheck";
import { checkNames, checkNetwork } from "./plan/hostCheck";
import { NAMESPACE_LABEL, namespaceOwner } from "./plan/labels";
import { storageWarnings } from "./plan/existingStorage";
import { type Problem, formatProblems } from "./plan/problem";
import { checkLost, describeWaiting, liveClusters, withoutWaiting } from "./plan/waiting";
import { checkAuthority, createAuthority } from "./stacks/authority";
import { type Cluster, type Owner, type Present, createClusters } from "./stacks/clusters";
import { fleetCrds } from "./stacks/crds";
import { createMesh } from "./stacks/mesh";
import { createObservability } from "./stacks/observability";
import { fleetOutputs } from "./stacks/outputs";

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
    external: ExternalRoot | undefined,
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
    const { dockerNetworks, kindNodes } = host ?? { dockerNetworks: [], kindNodes: [] };
    const present = { dockerNetworks, kindNodes, existing: existing.facts };
    // After the rest: what is asked here must be known to be this stack's.
    refuse(await explain(() => trustProblems(plan, external, present)));
    return { objectStore: bucket?.text, ...present };
}

/** What there is of a root that is kept elsewhere; undefined for one of the fleet's own. */
async function readRoot(plan: FleetPlan): Promise<ExternalRoot | undefined> {
    const { roots } = plan.trust;
    if (roots.kind === "own") return undefined;
    const files = await readExternalRoot(roots, primaryNames(plan));
    const external = planExternalRoot(files, Date.now());
    refuse(external.problems);
    return external.plan;
}

/** The plan of what need not wait for a signature. What is there already never waits. */
async function withoutUnsigned(
    config: FleetConfig,
    whole: FleetPlan,
    { waiting }: ExternalRoot,
    live: ReadonlySet<string>,
): Promise<FleetPlan> {
    if (waiting.size === 0) return whole;
    refuse(checkLost(whole, waiting, live));
    await pulumi.log.warn(describeWaiting(whole, waiting));
    const { plan } = planFleet(withoutWaiting(config, waiting));
    if (!plan) throw new Error("what is left of a good config is good");
    return plan;
}

/** The clusters. Without any, no chart is rendered for their CRDs either. */
function makeClusters(
    plan: FleetPlan,
    sources: Sources,
    values: FleetConfig["values"],
    owner: Owner,
    present: Present,
): Cluster[] {
    if (plan.clusters.length === 0) return [];
    const crdFiles = fleetCrds(sources, values, plan.metrics !== undefined, owner.label);
    return createClusters(plan, sources, crdFiles, owner, present);
}

async function fleet() {
    const { config, plan: whole } = readPlan();
    const bundle = config.bundle ?? process.env.ISTIO_FLEET_BUNDLE;
    const sources = await explain(() => readSources(bundle));
    const [project, stack] = [pulumi.getProject(), pulumi.getStack()];
    const owner = { stack: `${project}/${stack}`, label: namespaceOwner(project, stack) };
    const external = await readRoot(whole);
    const present = await look(whole, config, owner, external);
    const live = liveClusters(whole, present, owner.label);
    const plan = external ? await withoutUnsigned(config, whole, external, live) : whole;
    for (const text of storageWarnings(plan)) await pulumi.log.warn(text);

    const labels = { [NAMESPACE_LABEL]: owner.label };
    const authority = createAuthority(whole, external);
    await checkAuthority(authority);
    const clusters = makeClusters(plan, sources, config.values, owner, present);
    const mesh = createMesh(plan, sources, config.values, clusters, labels, authority);
    createObservability(plan, sources, mesh, labels, present.objectStore);

    const { certificateRequests } = authority;
    return fleetOutputs(plan, sources, clusters, { ...mesh, certificateRequests });
}

export = fleet;
