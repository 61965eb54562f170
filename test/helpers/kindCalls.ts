// SPDX-License-Identifier: Apache-2.0
import { MARK } from "../../plan/generation";
import type { FakeCluster } from "./fakeMachine";

/** What tells the making of the cluster that these tests are about. */
export const IDENTITY = "0badcafe-0123456789ab";
/** As much of a kind config as the fake kind reads. */
export const CONFIG = JSON.stringify({ nodes: [{ containerPath: `${MARK}/${IDENTITY}` }] });

/** The environment that KindCluster gives to the scripts. */
export function environment(cluster = "east", network = "fleet-net"): Record<string, string> {
    return {
        CLUSTER: cluster,
        IDENTITY,
        MARK,
        NETWORK: network,
        KIND_EXPERIMENTAL_DOCKER_NETWORK: network,
    };
}

/** A healthy cluster of that making. */
export const ours: FakeCluster = {
    mounts: ["/var", "/lib/modules", `${MARK}/${IDENTITY}`],
    networks: ["fleet-net"],
    ready: true,
};
/** Clusters of the same name that are not ours. */
export const foreign: [string, FakeCluster][] = [
    ["without a mark", { ...ours, mounts: ["/var", "/lib/modules"] }],
    ["with something like a mark", { ...ours, mounts: [`/x${MARK}/${IDENTITY}`, `${MARK}ish/x`] }],
    ["on another network", { ...ours, networks: ["kind"] }],
    ["on a network with a longer name", { ...ours, networks: ["fleet-net-2", "my-fleet-net"] }],
    ["on no network", { ...ours, networks: [] }],
];

// What the scripts run, as FakeMachine notes it.
export const LOCK = "flock|9";
export const LOOK = "docker|container|ls|--all|--quiet|--filter|label=io.x-k8s.kind.cluster=east";
export const CREATED =
    "kind|create|cluster|--name|east|--config|$FAKE/home/.cache/istio-fleet/locks/east_tmp/kind.json" +
    "|--kubeconfig|$FAKE/home/.cache/istio-fleet/locks/east_tmp/kubeconfig";
export const DELETED =
    "kind|delete|cluster|--name|east|--kubeconfig|$FAKE/home/.cache/istio-fleet/locks/east_tmp/kubeconfig";
export const GOT = "kind|get|kubeconfig|--name|east";
const IN_NODE =
    "docker|exec|--interactive|east-control-plane|kubectl|--kubeconfig|/etc/kubernetes/admin.conf";
export const ready = (timeout: string) => [
    `${IN_NODE}|wait|--for=condition=Ready|node|--all|--timeout=${timeout}`,
    `${IN_NODE}|--namespace|kube-system|rollout|status|daemonset/kube-proxy|--timeout=${timeout}`,
];

export const CONTENT = `${IN_NODE}|get|namespace|istio-system|metallb-system|--ignore-not-found|--output|name`;
