// SPDX-License-Identifier: Apache-2.0

/**
 * How the scripts of Commands reach a cluster: the environment of KUBECTL, with names that nothing
 * else gives them (npm sets NODE). A kind cluster's node has a kubectl that fits, so nothing has to
 * be installed for it; an existing cluster is reached as its user reaches it.
 */
export type ClusterAccess =
    | {
          /** Container of a kind cluster's control plane. */
          readonly KIND_NODE: string;
      }
    | {
          /** Nothing: no kind cluster. */
          readonly KIND_NODE: "";
          /** Path of a kubeconfig. */
          readonly KUBECONFIG: string;
          /** Context of it; empty for its current one. */
          readonly KUBE_CONTEXT: string;
      };

/**
 * A function of sh that runs kubectl as the cluster's administrator, by a ClusterAccess. The path goes
 * in as an argument: from the environment kubectl takes several, parted by colons.
 */
export const KUBECTL = `in_cluster() {
    if [ -n "\${KIND_NODE-}" ]; then
        docker exec --interactive "$KIND_NODE" kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"
    else
        kubectl --kubeconfig="$KUBECONFIG" \${KUBE_CONTEXT:+--context="$KUBE_CONTEXT"} "$@"
    fi
}
`;

/**
 * Ends a script well when the cluster is not the one of $CLUSTER_UID, the UID of its namespace
 * kube-system: another cluster may be behind the same kubeconfig when the script runs.
 */
export const SAME_CLUSTER = `uid=$(in_cluster get namespace kube-system --output='jsonpath={.metadata.uid}')
if [ "$uid" != "$CLUSTER_UID" ]; then
    printf '%s %s: another cluster by now, left alone\\n' "\${KUBECONFIG-}" "\${KUBE_CONTEXT-}"
    exit
fi
`;

/** Functions of sh for a condition that nothing can be waited for by: look again, until a deadline. */
export const DEADLINE = `deadline=$(($(date +%s) + 120))
again() {
    if [ "$(date +%s)" -gt "$deadline" ]; then
        printf '%s\\n' "$1"
        exit 1
    fi
    sleep 0.5
}
`;
