// SPDX-License-Identifier: Apache-2.0

import { KUBECTL } from "./kubectl";

/*
 * The scripts of KindCluster's Commands. They are plain sh, kept whole in the state, for `delete`
 * runs from there. Nothing is interpolated: every value comes in through the environment, and kind's
 * config through standard input. Only KUBECONFIG writes to standard output.
 *
 * A cluster is ours when its node is on the fleet's network and carries a mark: a bind mount of
 * /dev/null on $MARK/$IDENTITY. A mount is there from the node's first moment to its last, and
 * `docker inspect` shows it whether the node runs or not; kind can set neither labels nor names.
 */

const COMMON = `set -eu
exec >&2
`;

/**
 * A kind that an interrupted run left behind may still be at work on this cluster, and removes the
 * nodes when it fails: wait for it. It holds the lock, for it inherits the descriptor. The folder for
 * temporary files has a fixed name, so that what a killed script leaves in it goes with the next; no
 * cluster's name has its underscore.
 */
const LOCK = `case "$CLUSTER" in
*/* | .*)
    printf 'cluster: "%s" cannot be the name of a file\\n' "$CLUSTER"
    exit 1
    ;;
esac
umask 077
locks="\${ISTIO_FLEET_CACHE:-$HOME/.cache/istio-fleet}/locks"
mkdir -p "$locks"
if command -v flock >/dev/null; then exec 9>>"$locks/$CLUSTER"; flock 9; fi
scratch="$locks/\${CLUSTER}_tmp"
rm -rf "$scratch"
mkdir "$scratch"
trap 'rm -rf "$scratch"' EXIT
# Some shells run the EXIT trap at a signal only when that has a trap of its own.
trap 'exit 1' HUP INT TERM
`;

/**
 * What is there now. Each question to the engine is an assignment of its own, so that an engine
 * that does not answer ends the script; it must not pass for a cluster that is not there.
 */
const FACTS = `nodes=$(docker container ls --all --quiet --filter "label=io.x-k8s.kind.cluster=$CLUSTER")
mounts= networks=
if [ -n "$nodes" ]; then
    mounts=$(docker container inspect --format '{{range .Mounts}}{{println .Destination}}{{end}}' $nodes)
    networks=$(docker container inspect \\
        --format '{{range $name, $_ := .NetworkSettings.Networks}}{{println $name}}{{end}}' $nodes)
fi
marks=$(printf '%s\\n' "$mounts" | grep -e "^$MARK/" || true)
exists() { [ -n "$nodes" ]; }
ours() { [ -n "$marks" ] && printf '%s\\n' "$networks" | grep -Fqx -e "$NETWORK"; }
`;

const READY = `KIND_NODE="$CLUSTER-control-plane"
${KUBECTL}ready() {
    in_cluster wait --for=condition=Ready node --all --timeout="$1" &&
        in_cluster --namespace kube-system rollout status daemonset/kube-proxy --timeout="$1"
}
untouched() {
    content=$(in_cluster get namespace istio-system metallb-system --ignore-not-found --output name) &&
        [ -z "$content" ]
}
`;

/**
 * Adopts a healthy cluster of this fleet, removes a half-made one and makes it again, refuses one
 * that belongs to something else. Made means that the node is Ready and kube-proxy serves:
 * before that a pod that talks to the API server fails and crash-loops. Half-made is also a cluster
 * with content: create runs for a cluster that is not in the state, so a run that was killed has
 * taken with it what the content was made from, the keys above all.
 */
export const CREATE = `${COMMON}${LOCK}${FACTS}${READY}cat > "$scratch/kind.json"
if exists; then
    if ! ours; then
        echo "cluster: \\"$CLUSTER\\" is the name of a kind cluster that does not belong to this fleet." \\
            "Choose another name, or remove that cluster: kind delete cluster --name $CLUSTER"
        exit 1
    fi
    if [ "$marks" = "$MARK/$IDENTITY" ] && ready 30s && untouched; then exit; fi
    kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
fi
kind create cluster --name "$CLUSTER" --config "$scratch/kind.json" --kubeconfig "$scratch/kubeconfig"
if ! ready 180s; then
    echo "cluster: \\"$CLUSTER\\" was made, but did not serve within 180 s, so it is removed again." \\
        "Most often inotify instances or memory are short: npm run doctor"
    kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
    exit 1
fi
`;

/** Changes nothing: what can change at all needs a new cluster. Without it `create` would run. */
export const UPDATE = ":";

/** Removes the cluster if it is there and ours. */
export const DELETE = `${COMMON}${LOCK}${FACTS}if exists && ours; then
    kind delete cluster --name "$CLUSTER" --kubeconfig "$scratch/kubeconfig"
elif exists; then
    echo "cluster: \\"$CLUSTER\\" was left alone, it does not belong to this fleet"
fi
rm -f "$locks/$CLUSTER"
`;

/** Writes the cluster's admin kubeconfig to standard output. */
export const KUBECONFIG = 'exec kind get kubeconfig --name "$CLUSTER"';
