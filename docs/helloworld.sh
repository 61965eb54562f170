#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The tutorials' "helloworld and sleep", on a stack that is up:
#
#     eval "$(npm run -s env)"
#     docs/helloworld.sh <stack> [<cluster>...]
#
# Makes namespace sample in every cluster of the stack, with the Service helloworld and a client,
# sleep; helloworld itself in the named clusters only, or in all. Asks it twelve times from each
# sleep, prints who answered, and removes the namespaces again.
#
# Ends with 0 if each sleep was answered by all clusters that it should discover, and by no other.
set -euo pipefail

requests=12
patience=90 # seconds that a mesh which still learns of the Service is asked again

fail() {
    echo "helloworld: $*" >&2
    exit 1
}

[ $# -ge 1 ] || fail "which stack? docs/helloworld.sh <stack> [<cluster>...]"
stack=$1
shift
cd "$(dirname "$0")/.."
for tool in pulumi kubectl node; do
    command -v "$tool" >/dev/null || fail "$tool is not on the PATH (eval \"\$(npm run -s env)\")"
done

# The kubeconfigs are in here, for this user alone.
umask 077
scratch=$(mktemp -d)
made=()
clean_up() {
    for cluster in ${made[@]+"${made[@]}"}; do
        in_cluster "$cluster" delete namespace sample --timeout=120s >/dev/null &
    done
    wait
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

in_cluster() { # cluster, arguments of kubectl
    kubectl --kubeconfig "$scratch/$1.kubeconfig" "${@:2}"
}

# Writes each cluster's kubeconfig, and prints the clusters' names.
unpack() {
    node -e '
        const { writeFileSync } = require("node:fs");
        const { join } = require("node:path");
        const [folder] = process.argv.slice(1);
        const { kubeconfigs } = require(join(folder, "outputs.json"));
        for (const [name, text] of Object.entries(kubeconfigs)) {
            writeFileSync(join(folder, name + ".kubeconfig"), text);
            console.log(name);
        }' "$scratch"
}

# The manifest for one cluster, as JSON.
manifest() { # cluster, names of the clusters with a helloworld
    node -e '
        const { readFileSync } = require("node:fs");
        const { join } = require("node:path");
        const { loadAll } = require("js-yaml");
        const [folder, cluster, ...servers] = process.argv.slice(1);
        const { probeImage } = require(join(folder, "outputs.json")).mesh;
        const isServer = ({ kind, metadata }) =>
            kind === "Deployment" && metadata.name === "helloworld";
        const items = loadAll(readFileSync("docs/helloworld.yaml", "utf8")).filter(
            (item) => !isServer(item) || servers.includes(cluster),
        );
        for (const { kind, spec } of items) {
            if (kind !== "Deployment") continue;
            spec.template.spec.hostname = cluster;
            for (const container of spec.template.spec.containers) container.image = probeImage;
        }
        console.log(JSON.stringify({ apiVersion: "v1", kind: "List", items }));' "$scratch" "$@"
}

# Has sleep ask, a new connection each time, and prints the answers of its /dial, one a line.
ask() { # cluster
    local pod path
    pod=$(in_cluster "$1" --namespace sample get pods --selector app=sleep \
        --output 'jsonpath={.items[0].metadata.name}')
    path="/api/v1/namespaces/sample/pods/$pod:8081/proxy/dial"
    path="$path?host=helloworld.sample&port=5000&protocol=http&request=hostname&tries=1"
    for ((n = 0; n < requests; n++)); do
        in_cluster "$1" get --raw "$path" || echo '{"errors":["sleep was not asked"]}'
        echo
    done
}

# Counts answers by who gave them. Fails if a cluster is missing among them, or one too many.
count() { # cluster that asked, names of the clusters with a helloworld
    node -e '
        const { readFileSync } = require("node:fs");
        const { join } = require("node:path");
        const [folder, from, ...servers] = process.argv.slice(1);
        const { clusters, edges } = require(join(folder, "outputs.json"));
        const discovers = (name) =>
            name === from ||
            edges.some(({ observing, observed }) => observing === from && observed === name);
        const expected = servers.filter(discovers);
        const counts = new Map();
        for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
            const { responses: [body] = [""], errors: [error] = [] } = JSON.parse(line);
            const answer = error ?? body;
            const who = answer in clusters ? answer : "nobody (" + answer.trim().slice(0, 60) + ")";
            counts.set(who, (counts.get(who) ?? 0) + 1);
        }
        const width = Math.max(...Object.keys(clusters).map(({ length }) => length));
        const list = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
        const texts = list.map(([who, n]) => who + " " + n);
        console.log("from " + (from + ":").padEnd(width + 2) + texts.join(", "));
        const answered = list.map(([who]) => who).filter((who) => who in clusters);
        const strangers = expected.length > 0 && answered.length < list.length;
        const right = answered.join() === [...new Set(expected)].sort().join();
        process.exitCode = right && !strangers ? 0 : 1;' "$scratch" "$@"
}

pulumi stack output --stack "$stack" --json --show-secrets >"$scratch/outputs.json"
unpack >"$scratch/clusters"
clusters=()
while IFS= read -r cluster; do clusters+=("$cluster"); done <"$scratch/clusters"
servers=("$@")
[ $# -gt 0 ] || servers=("${clusters[@]}")
for server in "${servers[@]}"; do
    grep -Fqx -e "$server" "$scratch/clusters" || fail "stack $stack has no cluster $server"
done

for cluster in "${clusters[@]}"; do
    found=$(in_cluster "$cluster" get namespace sample --ignore-not-found --output name)
    [ -z "$found" ] || fail "$cluster has a namespace sample already, which would be removed here"
done
for cluster in "${clusters[@]}"; do
    made+=("$cluster")
    manifest "$cluster" "${servers[@]}" | in_cluster "$cluster" create --filename=- >/dev/null
done
for cluster in "${clusters[@]}"; do
    in_cluster "$cluster" --namespace sample wait deployment --all \
        --for=condition=Available --timeout=240s >/dev/null
done

status=0
for cluster in "${clusters[@]}"; do
    deadline=$((SECONDS + patience))
    until line=$(ask "$cluster" | count "$cluster" "${servers[@]}"); do
        [ "$SECONDS" -lt "$deadline" ] || { status=1 && break; }
    done
    printf '%s\n' "$line"
done
[ "$status" -eq 0 ]
