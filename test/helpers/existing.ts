// SPDX-License-Identifier: Apache-2.0
import type { ReachableCluster } from "../../plan/existingFacts";
import type { ExistingClusterPlan } from "../../plan/fleet";

/** An existing cluster of a plan, with load balancing of its own. */
export function existingPlan(changes: Partial<ExistingClusterPlan> = {}): ExistingClusterPlan {
    return {
        host: "existing",
        name: "a",
        network: "a",
        primary: "a",
        gateway: true,
        kubeconfig: "./a.kubeconfig",
        context: undefined,
        peerApiServer: undefined,
        addressPool: undefined,
        gatewayAddress: undefined,
        measured: false,
        claimsVolumes: false,
        expiringTokens: false,
        keepsMetrics: false,
        admitsSenders: false,
        ...changes,
    };
}

/** What a cluster is that nothing was put into, and where everything is allowed. */
export function reachable(changes: Partial<ReachableCluster> = {}): ReachableCluster {
    return {
        reachable: true,
        context: "admin",
        server: "https://10.0.0.1:6443",
        kubeconfig: "{}",
        uid: "uid-a",
        nodes: [],
        namespaces: [],
        istiods: [],
        injectors: [],
        metalLbs: [],
        otherCrds: [],
        defaultStorageClass: undefined,
        missing: [],
        ...changes,
    };
}
