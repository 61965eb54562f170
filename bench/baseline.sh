#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
#
# The yardstick of `npm run bench`: three kind clusters in one Istio mesh by plain shell, as the
# tutorials do it, with everything that can run side by side running side by side.
#
# GATED=1 takes the program's care too: kube-proxy serves before anything is installed, MetalLB's
# Secrets are there before its pods, and its probes ask every second. Without it MetalLB crash-loops
# now and then, or keeps its webhook shut, and the same steps take between one minute and four.
#
#   bench/baseline.sh up|down
#
# Needs docker, kind, kubectl, istioctl, openssl and jq. BUNDLE is the path of a bundle.json to use
# instead of upstream images and manifests.
set -euo pipefail
N=3
NETWORK=istio-fleet-baseline
DIR=${DIR:-${TMPDIR:-/tmp}/istio-fleet-baseline}
mkdir -p -m 700 "$DIR"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

bundle() { if [ -n "${BUNDLE:-}" ]; then jq -c "$1 // empty" "$BUNDLE"; fi; }
text() { bundle "$1" | jq -r .; }
NODE_IMAGE=$(text .kind.nodeImage)
HUB=$(text .istio.hub)
TAG=$(text .istio.tag)
MANIFEST=https://raw.githubusercontent.com/metallb/metallb/v0.16.1/config/manifests/metallb-native.yaml
if [ -n "${BUNDLE:-}" ]; then
    # The lab keeps upstream's manifests beside the chart; its images have the version's tag.
    sed "s#\(quay.io/metallb/[a-z]*\):.*#\1:$(text .versions.metallb)#" \
        "$(cd "$(dirname "$BUNDLE")" && realpath "$(text .charts.metallb)/..")/manifests/metallb-native.yaml" \
        > "$DIR/metallb.yaml"
    MANIFEST=$DIR/metallb.yaml
fi
if [ -n "${GATED:-}" ]; then
    [ -n "${BUNDLE:-}" ] || curl -fsSL "$MANIFEST" -o "$DIR/metallb.yaml"
    MANIFEST=$DIR/metallb.yaml
    sed -E -i 's/(initialDelaySeconds|periodSeconds): 10$/\1: 1/' "$MANIFEST"
fi

say() { echo "$SECONDS s $*" >&2; }

down() {
    for n in $(seq $N); do
        kind delete cluster -q --name "baseline-$n" --kubeconfig "$DIR/$n.kubeconfig" &
    done
    wait
    docker network rm "$NETWORK" > /dev/null 2>&1 || true
    rm -rf "$DIR"
}

root_ca() {
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/O=Istio/CN=Root CA" \
        -keyout "$DIR/root.key" -out "$DIR/root.crt" 2> /dev/null
}

kind_config() { # n
    jq -n --arg name "baseline-$1" --arg image "$NODE_IMAGE" --argjson n "$1" \
        --argjson kind "$(bundle .kind | jq -c . || true)" '{
        kind: "Cluster", apiVersion: "kind.x-k8s.io/v1alpha4", name: $name,
        networking: {
            apiServerPort: (16440 + $n),
            podSubnet: "10.\(10 * $n).0.0/16", serviceSubnet: "10.\(100 + $n).0.0/16",
            disableDefaultCNI: ($kind.disableDefaultCNI // false)
        },
        featureGates: ($kind.featureGates // {}),
        kubeadmConfigPatches: ($kind.kubeadmConfigPatches // []),
        containerdConfigPatches: ($kind.containerdConfigPatches // []),
        nodes: [{role: "control-plane"} + if $image == "" then {} else {image: $image} end]
    }'
}

cacerts() { # n
    openssl req -newkey rsa:2048 -nodes -subj "/O=Istio/CN=Intermediate baseline-$1" \
        -keyout "$DIR/$1.key" -out "$DIR/$1.csr" 2> /dev/null
    openssl x509 -req -in "$DIR/$1.csr" -CA "$DIR/root.crt" -CAkey "$DIR/root.key" -set_serial "$1" \
        -days 365 -out "$DIR/$1.crt" 2> /dev/null -extfile <(
            echo "basicConstraints=critical,CA:true,pathlen:0"
            echo "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"
        )
    kubectl -n istio-system create secret generic cacerts \
        --from-file=ca-cert.pem="$DIR/$1.crt" --from-file=ca-key.pem="$DIR/$1.key" \
        --from-file=root-cert.pem="$DIR/root.crt" \
        --from-file=cert-chain.pem=<(cat "$DIR/$1.crt" "$DIR/root.crt") > /dev/null
}

metallb_secrets() { # n: cert-controller knows its own authority by the name "cert", and reads PKCS#1
    local name=metallb-webhook-service.metallb-system.svc
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/O=cert/CN=cert" \
        -addext "keyUsage=critical,digitalSignature,keyCertSign" -addext "subjectAltName=DNS:cert" \
        -keyout "$DIR/$1.hook-ca.pkcs8" -out "$DIR/$1.hook-ca.crt" 2> /dev/null
    openssl rsa -traditional -in "$DIR/$1.hook-ca.pkcs8" -out "$DIR/$1.hook-ca.key" 2> /dev/null
    openssl req -newkey rsa:2048 -nodes -subj "/CN=$name" \
        -keyout "$DIR/$1.hook.key" -out "$DIR/$1.hook.csr" 2> /dev/null
    openssl x509 -req -in "$DIR/$1.hook.csr" -CA "$DIR/$1.hook-ca.crt" -CAkey "$DIR/$1.hook-ca.key" \
        -set_serial 1 -days 3650 -out "$DIR/$1.hook.crt" 2> /dev/null -extfile <(
            echo "subjectAltName=DNS:$name"
            echo "extendedKeyUsage=serverAuth"
            echo "keyUsage=critical,digitalSignature,keyEncipherment"
        )
    kubectl -n metallb-system create secret generic metallb-webhook-cert \
        --from-file=ca.crt="$DIR/$1.hook-ca.crt" --from-file=ca.key="$DIR/$1.hook-ca.key" \
        --from-file=tls.crt="$DIR/$1.hook.crt" --from-file=tls.key="$DIR/$1.hook.key" > /dev/null
    kubectl -n metallb-system create secret generic memberlist \
        --from-literal=secretkey="$(openssl rand -base64 128)" > /dev/null
}

operator() { # n components-json values-json
    jq -n --arg cluster "baseline-$1" --arg hub "$HUB" --arg tag "$TAG" \
        --argjson components "$2" --argjson values "$3" '{
        apiVersion: "install.istio.io/v1alpha1", kind: "IstioOperator",
        spec: ({
            components: $components,
            values: ({global: {
                imagePullPolicy: "IfNotPresent", meshID: "baseline",
                multiCluster: {clusterName: $cluster}, network: $cluster,
                proxy: {resources: {requests: {cpu: "10m", memory: "40Mi"}}}
            }} * $values)
        } + if $hub == "" then {} else {hub: $hub, tag: $tag} end
          + if $components.base == null then {profile: "empty"} else {} end)
    }'
}

istiod() { # n
    operator "$1" '{"base": {"enabled": true}, "ingressGateways": [{"name": "istio-ingressgateway", "enabled": false}]}' \
        "$(jq -n --argjson env "$(bundle .values.istiod.env | jq -c . | grep . || echo '{}')" \
            --argjson telemetry "$(bundle .values.istiod.telemetry | jq -c . | grep . || echo '{}')" \
            '{telemetry: $telemetry, pilot: {autoscaleEnabled: false, env: $env, resources: {requests: {cpu: "50m", memory: "200Mi"}}}}')"
}

gateway() { # n
    operator "$1" "$(jq -n --arg network "baseline-$1" '{ingressGateways: [{
        name: "istio-eastwestgateway", enabled: true,
        label: {istio: "eastwestgateway", app: "istio-eastwestgateway", "topology.istio.io/network": $network},
        k8s: {
            env: [{name: "ISTIO_META_REQUESTED_NETWORK_VIEW", value: $network}],
            resources: {requests: {cpu: "10m", memory: "40Mi"}},
            service: {ports: [{name: "status-port", port: 15021, targetPort: 15021}, {name: "tls", port: 15443, targetPort: 15443}]}
        }
    }]}')" '{"gateways": {"istio-ingressgateway": {"injectionTemplate": "gateway", "autoscaleEnabled": false}}}'
}

install() { # file: istioctl renders, kubectl applies; CRDs need a second try for what uses them
    istioctl manifest generate -f "$1" > "$1.out"
    kubectl apply --server-side -f "$1.out" > /dev/null 2>&1 ||
        { sleep 2 && kubectl apply --server-side -f "$1.out" > /dev/null; }
}

pool() { # n
    cat << EOF
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: {name: pool, namespace: metallb-system}
spec: {addresses: ["172.29.$((100 + $1)).10-172.29.$((100 + $1)).50"]}
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: {name: l2, namespace: metallb-system}
EOF
}

cross_network_gateway() {
    cat << EOF
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: cross-network-gateway, namespace: istio-system}
spec:
  selector: {istio: eastwestgateway}
  servers: [{port: {number: 15443, name: tls, protocol: TLS}, tls: {mode: AUTO_PASSTHROUGH}, hosts: ["*.local"]}]
EOF
}

cluster() { # n
    local n=$1
    export KUBECONFIG=$DIR/$n.kubeconfig
    kind_config "$n" > "$DIR/$n.kind.json"
    KIND_EXPERIMENTAL_DOCKER_NETWORK=$NETWORK \
        kind create cluster -q --config "$DIR/$n.kind.json" --kubeconfig "$KUBECONFIG"
    say "baseline-$n is up"
    if [ -n "${GATED:-}" ]; then
        kubectl wait --for=condition=Ready node --all --timeout=180s > /dev/null
        kubectl -n kube-system rollout status daemonset/kube-proxy --timeout=180s > /dev/null
        say "baseline-$n serves"
        kubectl create namespace metallb-system > /dev/null
        metallb_secrets "$n"
    fi
    kubectl apply --server-side -f "$MANIFEST" > /dev/null
    kubectl create namespace istio-system > /dev/null
    kubectl label namespace istio-system "topology.istio.io/network=baseline-$n" > /dev/null
    cacerts "$n"
    istiod "$n" > "$DIR/$n.istiod.json"
    install "$DIR/$n.istiod.json"
    kubectl -n metallb-system rollout status deploy/controller ds/speaker --timeout=300s > /dev/null
    pool "$n" > "$DIR/$n.pool.yaml"
    until kubectl apply -f "$DIR/$n.pool.yaml" > /dev/null 2>&1; do sleep 1; done
    say "baseline-$n MetalLB"
    kubectl -n istio-system rollout status deploy/istiod --timeout=300s > /dev/null
    say "baseline-$n istiod"
    gateway "$n" > "$DIR/$n.gateway.json"
    install "$DIR/$n.gateway.json"
    cross_network_gateway | kubectl apply -f - > /dev/null
    kubectl -n istio-system rollout status deploy/istio-eastwestgateway --timeout=300s > /dev/null
    say "baseline-$n gateway"
}

edge() { # observing observed
    istioctl create-remote-secret --kubeconfig "$DIR/$2.kubeconfig" --name="baseline-$2" \
        --server="https://baseline-$2-control-plane:6443" |
        KUBECONFIG=$DIR/$1.kubeconfig kubectl apply -f - > /dev/null
}

up() {
    docker network create --subnet 172.29.0.0/16 --ip-range 172.29.0.0/24 "$NETWORK" > /dev/null
    root_ca
    pids=()
    for n in $(seq $N); do
        cluster "$n" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid"; done
    for pair in "1 2" "2 1" "1 3" "2 3"; do
        # shellcheck disable=SC2086 # two words on purpose
        edge $pair
    done
    say "remote secrets"
}

case ${1:-} in
    up) up ;;
    down) down ;;
    *) echo "usage: $here/bench/baseline.sh up|down" >&2 && exit 2 ;;
esac
