// SPDX-License-Identifier: Apache-2.0

// Rules with their fixes, as messages show them, that several tables use.
export const NAME_RULE =
    'must be the cluster\'s name: a DNS label of 1 to 49 lower-case letters, digits and "-", ' +
    "with a letter or digit at both ends. For example cluster-1.";
export const MESH_ID_RULE =
    'must be the mesh\'s id: a DNS label of 1 to 63 lower-case letters, digits and "-", ' +
    "with a letter or digit at both ends. For example fleet.";
export const INDEX_RULE = "must be a whole number from 0. Leave it out to derive it from the name.";
export const EDGES_RULE =
    'must be "full-mesh" or a list of edges. ' +
    'For example ["a -> b", "b <-> c"]: "a -> b" lets a discover services of b.';
export const DOCKER_NAME_RULE =
    'must be a docker network name: up to 128 letters, digits, "_", "." and "-", the first a letter or digit. ' +
    "For example istio-fleet.";
export const ALGORITHM_RULE = "must be ECDSA or RSA. ECDSA is P-256, RSA is 4096 bits.";
export const NETWORK_RULE =
    'must be Istio\'s network: a DNS label of 1 to 63 lower-case letters, digits and "-", ' +
    "with a letter or digit at both ends. For example network-1.";
export const PRIMARY_RULE = "must be the name of a cluster. For example cluster-1.";
export const WORKERS_RULE =
    "must be a whole number from 0 to 15. It counts the nodes beside the control plane.";
export const KUBECONFIG_RULE =
    "must be the path of a kubeconfig. For example ./cluster-1.kubeconfig.";
export const SERVER_RULE =
    "must be the URL of an API server that other clusters reach. For example https://10.0.0.5:6443.";
export const LOAD_BALANCER_RULE =
    'must be "provided" or a map with addresses. ' +
    "For example loadBalancer: {addresses: 10.0.0.10-10.0.0.50} for MetalLB, " +
    "or provided where the cluster balances load itself.";
export const CLUSTER_KEYS = "name, network, primary, workers, existing, index";
export const EXISTING_KEYS = "kubeconfig, context, server, loadBalancer";
export const KEYS = "clusters, edges, network, meshId, trust, metrics, values, bundle";
export const TRUST_KEYS =
    "domain, rootValidityDays, intermediateValidityDays, intermediateRenewalDays, keyAlgorithm, root, " +
    "rotation, externalRoot, edgeTokenHours, edgeTokenNoticeHours";
