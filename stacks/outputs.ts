// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import type { FleetPlan } from "../plan/fleet";
import type { MetricsPlan } from "../plan/metrics";
import type { Cluster } from "./clusters";
import type { GatewayAddresses } from "./mesh";

/**
 * What the stack exports; `npm run verify` reads it. The kubeconfigs are apart from the rest, for an
 * output with a secret in it is secret as a whole.
 */
export function fleetOutputs(
    plan: FleetPlan,
    sources: Sources,
    clusters: readonly Cluster[],
    gatewayAddresses: GatewayAddresses,
) {
    const each = <T>(describe: (cluster: Cluster) => T) =>
        Object.fromEntries(clusters.map((cluster) => [cluster.plan.name, describe(cluster)]));
    return {
        mesh: {
            id: plan.meshId,
            trustDomain: plan.trust.domain,
            probeImage: sources.probeImage,
        },
        clusters: each(({ plan: { name, network, primary }, apiServer, peerApiServer }) => ({
            network,
            primary,
            apiServer,
            peerApiServer,
            // Nothing where it has no gateway.
            gatewayAddress: gatewayAddresses.get(name),
        })),
        // Who discovers whose services.
        edges: plan.discoveries,
        // Nothing where the fleet is not measured.
        metrics: plan.metrics && metricsOutput(plan.metrics),
        kubeconfigs: pulumi.secret(each(({ kubeconfig }) => kubeconfig)),
    };
}

function metricsOutput({ central, senders, scrapeSeconds }: MetricsPlan) {
    return { central, senders, scrapeSeconds };
}
