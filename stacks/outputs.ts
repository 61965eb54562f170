// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import type { FleetPlan } from "../plan/fleet";
import type { Cluster } from "./clusters";
import type { Member } from "./mesh";

/**
 * What the stack exports; `npm run verify` reads it. The kubeconfigs are apart from the rest, for an
 * output with a secret in it is secret as a whole.
 */
export function fleetOutputs(
    plan: FleetPlan,
    sources: Sources,
    clusters: readonly Cluster[],
    members: ReadonlyMap<string, Member>,
) {
    const each = <T>(describe: (cluster: Cluster) => T) =>
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
