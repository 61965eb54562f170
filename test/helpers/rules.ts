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
    'must be a docker network name: letters, digits, "_", "." and "-", the first a letter or digit. ' +
    "For example istio-fleet.";
export const ALGORITHM_RULE = "must be ECDSA or RSA. ECDSA is P-256, RSA is 4096 bits.";
export const KEYS = "clusters, edges, network, meshId, trust, values, bundle";
export const TRUST_KEYS = "domain, rootValidityDays, intermediateValidityDays, keyAlgorithm";
