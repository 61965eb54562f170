// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import type { FleetPlan } from "../plan/fleet";
import type { MetricsPlan } from "../plan/metrics";
import type { Authority } from "./authority";
import type { Cluster } from "./clusters";
import type { Mesh } from "./mesh";

/**
 * What the stack exports; `npm run verify` reads it. The kubeconfigs are apart from the rest, for an
 * output with a secret in it is secret as a whole.
 */
export function fleetOutputs(
    plan: FleetPlan,
    sources: Sources,
    clusters: readonly Cluster[],
    {
        gateways,
        edges,
        certificateRequests,
    }: Pick<Mesh, "gateways" | "edges"> & Pick<Authority, "certificateRequests">,
) {
    const each = <T>(describe: (cluster: Cluster) => T) =>
        Object.fromEntries(clusters.map((cluster) => [cluster.plan.name, describe(cluster)]));
    return withValue({
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
            gatewayAddress: gateways.get(name),
        })),
        // Who discovers whose services.
        edges: plan.discoveries,
        // Nothing where tokens do not expire.
        trust: plan.trust.edgeTokens && {
            edgeTokenNoticeHours: plan.trust.edgeTokens.noticeHours,
            edgeTokens: edges.map(({ edge, tokenExpires }) => ({ ...edge, expires: tokenExpires })),
        },
        // For who has the root's key. Nothing where that is the fleet.
        certificateRequests,
        // Nothing where the fleet is not measured.
        metrics: plan.metrics && metricsOutput(plan.metrics),
        kubeconfigs: pulumi.secret(each(({ kubeconfig }) => kubeconfig)),
    });
}

/** Only what has a value: Pulumi warns of every other. */
function withValue<T extends object>(outputs: T): T {
    const all = Object.entries(outputs).filter(([, value]) => value !== undefined);
    return Object.fromEntries(all) as T;
}

function metricsOutput({ central, senders, scrapeSeconds }: MetricsPlan) {
    return { central, senders, scrapeSeconds };
}
