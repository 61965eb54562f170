// SPDX-License-Identifier: Apache-2.0

/*
 * The scripts of PodRoutes. Names of clusters, groups and nodes have no blanks, which PodRoutes sees to,
 * for lists are split at them, and nothing in them is expanded (set -f). Everything comes in through the
 * environment, standard input and arguments.
 */

/**
 * Runs in every node. Files of the folder have a line for each peer: the pods of this node, the
 * peer's pods, the peer's name. A peer whose name cannot be resolved keeps the route that it had.
 * Traffic between pods is kept out of masquerading, or servers would see nodes for clients. What is
 * ours bears the protocol number 186 and the comment istio-fleet, and goes when no file asks for it.
 * It looks every two seconds: nobody tells a node that a peer has come back with another address.
 */
export const ROUTES_PROGRAM = `#!/bin/sh
wanted() { cat /etc/istio-fleet/routes/* 2>/dev/null; }
add() {
    wanted | while read -r own pods node; do
        address=$(getent ahostsv4 "$node" | awk 'NR == 1 { print $1 }')
        if [ -n "$address" ]; then ip route replace "$pods" via "$address" proto 186; fi
        set -- POSTROUTING -s "$own" -d "$pods" -m comment --comment istio-fleet -j RETURN
        iptables -w -t nat -C "$@" 2>/dev/null || iptables -w -t nat -I "$@"
    done
}
prune() {
    ip route show proto 186 | while read -r pods _; do
        wanted | grep -Fq " $pods " || ip route del "$pods" proto 186
    done
    iptables-save -t nat | grep -e '--comment istio-fleet ' | while read -r _ rule; do
        pods=$(printf '%s\\n' "$rule" | sed -n 's/.* -d \\([^ ]*\\) .*/\\1/p')
        wanted | grep -Fq " $pods " || iptables -w -t nat -D $rule
    done
}
while :; do
    add
    prune
    if [ "\${1-}" = once ]; then exit; fi
    sleep 2
done
`;

/** The service that runs it, from the node's start on. */
export const ROUTES_UNIT = `[Unit]
Description=Routes to the pods of other nodes, by istio-fleet
After=network.target

[Service]
ExecStart=/usr/local/sbin/istio-fleet-routes
Restart=always

[Install]
WantedBy=multi-user.target
`;

/** The nodes of all clusters with their pods, a line each: group, cluster, node, CIDR block. */
const FACTS = `facts=
for member in $CLUSTERS; do
    cluster=\${member%/*}
    group=\${member#*/}
    nodes=$(docker exec "$cluster-control-plane" kubectl --kubeconfig /etc/kubernetes/admin.conf \\
        get nodes --output 'jsonpath={range .items[*]}{.metadata.name} {.spec.podCIDR}{"\\n"}{end}')
    facts="$facts$(printf '%s\\n' "$nodes" |
        while read -r node pods; do printf '%s\\n' "$group $cluster $node $pods"; done)
"
done
`;

/** Writes each node's file, and has the service there, with the routes set before this ends. */
export const SET_ROUTES = `set -euf
exec >&2
${FACTS}install='set -eu
umask 022
mkdir -p /etc/istio-fleet/routes
cat >"/etc/istio-fleet/routes/$1"
printf "%s" "$PROGRAM" >/usr/local/sbin/istio-fleet-routes
chmod 755 /usr/local/sbin/istio-fleet-routes
printf "%s" "$UNIT" >/etc/systemd/system/istio-fleet-routes.service
systemctl daemon-reload
systemctl enable --quiet istio-fleet-routes.service
/usr/local/sbin/istio-fleet-routes once
systemctl restart istio-fleet-routes.service'
printf '%s' "$facts" | while read -r group cluster node pods; do
    printf '%s' "$facts" |
        GROUP=$group OF=$cluster NODE=$node PODS=$pods awk '
            # As texts: 1 and 01 are two clusters.
            function is(text, name) { return text "" == ENVIRON[name] "" }
            is($1, "GROUP") && is("nodes", "JOINS") == is($2, "OF") && !is($3, "NODE") {
                print ENVIRON["PODS"], $4, $3
            }' |
        docker exec --interactive --env PROGRAM --env UNIT "$node" sh -c "$install" sh "$ROUTES"
done
`;

/** Takes the file away in every node that runs, and the service with the last one. */
export const REMOVE_ROUTES = `set -euf
exec >&2
remove='set -eu
if [ ! -e "/etc/istio-fleet/routes/$1" ]; then exit; fi
rm "/etc/istio-fleet/routes/$1"
/usr/local/sbin/istio-fleet-routes once
if [ -z "$(ls /etc/istio-fleet/routes)" ]; then
    systemctl disable --quiet --now istio-fleet-routes.service
    rm -r /etc/istio-fleet /etc/systemd/system/istio-fleet-routes.service /usr/local/sbin/istio-fleet-routes
fi'
for member in $CLUSTERS; do
    cluster=\${member%/*}
    nodes=$(docker container ls --format '{{.Names}}' --filter "label=io.x-k8s.kind.cluster=$cluster")
    for node in $nodes; do docker exec "$node" sh -c "$remove" sh "$ROUTES"; done
done
`;
