// SPDX-License-Identifier: Apache-2.0

/**
 * A function of sh that runs kubectl in the node $NODE, which has one that fits the cluster, and is
 * admin there. Scripts reach a kind cluster by it: nothing has to be installed, and no kubeconfig
 * leaves the state.
 */
export const IN_NODE = `in_node() {
    docker exec --interactive "$NODE" kubectl --kubeconfig /etc/kubernetes/admin.conf "$@"
}
`;

/** Functions of sh for a condition that nothing can be waited for by: look again, until a deadline. */
export const DEADLINE = `deadline=$(($(date +%s) + 120))
again() {
    if [ "$(date +%s)" -gt "$deadline" ]; then
        echo "$1"
        exit 1
    fi
    sleep 0.5
}
`;
