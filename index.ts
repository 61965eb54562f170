// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { readSources } from "./bundle";
import { type FleetConfig, readConfig } from "./config";
import { hostFacts } from "./host/facts";
import { type FleetPlan, planFleet } from "./plan/fleet";
import { checkNetwork } from "./plan/hostCheck";
import { type Problem, formatProblems } from "./plan/problem";
import { createClusters } from "./stacks/clusters";
import { createMesh } from "./stacks/mesh";

/** Throws everything that is wrong at once, before anything is made. */
function refuse(problems: readonly Problem[]): void {
    if (problems.length === 0) return;
    const file = `Pulumi.${pulumi.getStack()}.yaml`;
    throw new pulumi.RunError(formatProblems(`${file} cannot be used (istio-fleet:):`, problems));
}

function readPlan(): { config: FleetConfig; plan: FleetPlan } {
    const { config, problems } = readConfig();
    const planned = config ? planFleet(config) : { problems: [] };
    refuse([...problems, ...planned.problems]);
    if (!config || !("plan" in planned)) throw new Error("a config without problems has a plan");
    return { config, plan: planned.plan };
}

async function main() {
    const { config, plan } = readPlan();
    const sources = readSources(config.bundle ?? process.env.ISTIO_FLEET_BUNDLE);
    const host = await hostFacts();
    const owner = `${pulumi.getProject()}/${pulumi.getStack()}`;
    refuse(checkNetwork(plan.network, owner, host));

    const clusters = createClusters(plan, sources, owner, host.kindNodes);
    const members = createMesh(plan, sources, config.values, clusters);

    const each = <T>(describe: (cluster: (typeof clusters)[number]) => T) =>
        Object.fromEntries(clusters.map((cluster) => [cluster.plan.name, describe(cluster)]));
    return {
        mesh: {
            id: plan.meshId,
            trustDomain: plan.trust.domain,
            probeImage: sources.probeImage,
        },
        clusters: each(({ plan: { name, network, apiServer, peerApiServer } }) => ({
            network,
            apiServer,
            peerApiServer,
            gatewayAddress: members.get(name)?.gatewayAddress,
        })),
        edges: plan.edges,
        kubeconfigs: pulumi.secret(each(({ kubeconfig }) => kubeconfig)),
    };
}

module.exports = main();
