// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { readSources } from "./bundle";
import { type FleetConfig, readConfig } from "./config";
import { hostFacts } from "./host/facts";
import { type FleetPlan, planFleet } from "./plan/fleet";
import { checkNetwork } from "./plan/hostCheck";
import { type Problem, formatProblems } from "./plan/problem";
import { createClusters } from "./stacks/clusters";
import { fleetCrds } from "./stacks/crds";
import { createMesh } from "./stacks/mesh";
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

async function fleet() {
    const { config, plan } = readPlan();
    const bundle = config.bundle ?? process.env.ISTIO_FLEET_BUNDLE;
    const sources = await explain(() => readSources(bundle));
    const host = await explain(hostFacts);
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}`;
    refuse(checkNetwork(plan.network, owner, host));

    const crdFile = fleetCrds(sources, config.values);
    const clusters = createClusters(plan, sources, crdFile, owner, host);
    const members = createMesh(plan, sources, config.values, clusters);

    return fleetOutputs(plan, sources, clusters, members);
}

export = fleet;
