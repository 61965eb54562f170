// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseConfig } from "../../config";
import { type Row, beside, oneCluster, describeRefusals } from "../helpers/refusals";
import {
    NAME_RULE,
    NETWORK_RULE,
    WORKERS_RULE,
    KUBECONFIG_RULE,
    SERVER_RULE,
    LOAD_BALANCER_RULE,
    MESH_ID_RULE,
    INDEX_RULE,
    EDGES_RULE,
    DOCKER_NAME_RULE,
    ALGORITHM_RULE,
    KEYS,
    CLUSTER_KEYS,
    EXISTING_KEYS,
    TRUST_KEYS,
} from "../helpers/rules";

const EXISTING = { kubeconfig: "./k", loadBalancer: "provided" };
const POOL = { addresses: "192.168.7.0/24" };

const misspelt: [typed: string, meant: string][] = [
    ["nework", "network"],
    ["primry", "primary"],
    ["worker", "workers"],
    ["exsting", "existing"],
];

const unknownKeys: Row[] = [
    [
        "a misspelt key",
        { clusters: [{ name: "a" }], egdes: [] },
        [
            'istio-fleet: ["egdes"] has a key that is not known: "egdes". ' +
                `Did you mean "edges" instead of "egdes"? Known: ${KEYS}.`,
        ],
    ],
    [
        "keys like no other",
        { clusters: [{ name: "a" }], frobnicate: 1, zap: 2 },
        [
            'istio-fleet: ["frobnicate","zap"] has keys that are not known: ' +
                `"frobnicate", "zap". Remove "frobnicate". Remove "zap". Known: ${KEYS}.`,
        ],
    ],
    [
        "keys with what ends a line, or a word",
        { clusters: [{ name: "a" }], 'a\nb"': 1 },
        [
            'istio-fleet: ["a\\nb\\""] has a key that is not known: "a\\nb\\"". ' +
                `Remove "a\\nb\\"". Known: ${KEYS}.`,
        ],
    ],
    ...oneCluster([
        [
            "a misspelt key of a cluster",
            { name: "a", idnex: 1 },
            'clusters[0]: ["idnex"] has a key that is not known: "idnex". ' +
                `Did you mean "index" instead of "idnex"? Known: ${CLUSTER_KEYS}.`,
        ],
    ]),
    ...oneCluster(
        misspelt.map(([typed, meant]) => [
            `${meant} misspelt`,
            { name: "a", [typed]: 1 },
            `clusters[0]: ["${typed}"] has a key that is not known: "${typed}". ` +
                `Did you mean "${meant}" instead of "${typed}"? Known: ${CLUSTER_KEYS}.`,
        ]),
    ),
    ...oneCluster([
        [
            "a misspelt key of an existing cluster",
            { name: "a", existing: { ...EXISTING, sever: "https://10.0.0.5:6443" } },
            'clusters[0].existing: ["sever"] has a key that is not known: "sever". ' +
                `Did you mean "server" instead of "sever"? Known: ${EXISTING_KEYS}.`,
        ],
        [
            "a key beside the load balancer's addresses",
            { name: "a", existing: { ...EXISTING, loadBalancer: { ...POOL, adresses: "x" } } },
            'clusters[0].existing.loadBalancer: ["adresses"] has a key that is not known: "adresses". ' +
                'Did you mean "addresses" instead of "adresses"? Known: addresses.',
        ],
    ]),
    ...beside("network", [
        [
            "a misspelt key of network",
            { subnets: "172.30.0.0/16" },
            'network: ["subnets"] has a key that is not known: "subnets". ' +
                'Did you mean "subnet" instead of "subnets"? Known: name, subnet.',
        ],
    ]),
    ...beside("trust", [
        [
            "a misspelt key of trust",
            { keyalgorithm: "RSA" },
            'trust: ["keyalgorithm"] has a key that is not known: "keyalgorithm". ' +
                `Did you mean "keyAlgorithm" instead of "keyalgorithm"? Known: ${TRUST_KEYS}.`,
        ],
    ]),
    ...beside("values", [
        [
            "a misspelt key of values",
            { istio: {} },
            'values: ["istio"] has a key that is not known: "istio". ' +
                'Did you mean "istiod" instead of "istio"? Known: base, istiod, gateway, metallb.',
        ],
    ]),
];

const several: Row[] = [
    [
        "the schema's errors, all of them",
        {
            clusters: [
                { name: "A", network: "-", workers: -1, index: -1 },
                { nmae: "b" },
                { name: "c", existing: { server: "x" } },
            ],
            edges: 1,
            network: { name: "-", subnet: 2 },
            meshId: "",
            trust: { keyAlgorithm: "DSA" },
            egdes: [],
        },
        [
            `clusters[0].name: "A" ${NAME_RULE}`,
            `clusters[0].network: "-" ${NETWORK_RULE}`,
            `clusters[0].workers: -1 ${WORKERS_RULE}`,
            `clusters[0].index: -1 ${INDEX_RULE}`,
            `clusters[1].name: nothing ${NAME_RULE}`,
            'clusters[1]: ["nmae"] has a key that is not known: "nmae". ' +
                `Did you mean "name" instead of "nmae"? Known: ${CLUSTER_KEYS}.`,
            `clusters[2].existing.kubeconfig: nothing ${KUBECONFIG_RULE}`,
            `clusters[2].existing.server: "x" ${SERVER_RULE}`,
            `clusters[2].existing.loadBalancer: nothing ${LOAD_BALANCER_RULE}`,
            `edges: 1 ${EDGES_RULE}`,
            `network.name: "-" ${DOCKER_NAME_RULE}`,
            "network.subnet: 2 must be an IPv4 block. For example 172.30.0.0/16.",
            `meshId: "" ${MESH_ID_RULE}`,
            `trust.keyAlgorithm: "DSA" ${ALGORITHM_RULE}`,
            'istio-fleet: ["egdes"] ' +
                'has a key that is not known: "egdes". ' +
                `Did you mean "edges" instead of "egdes"? Known: ${KEYS}.`,
        ],
    ],
    [
        "the plan's errors, all of them",
        {
            clusters: [
                { name: "a" },
                { name: "a" },
                { name: "b", primary: "x", workers: 1, network: "a", existing: EXISTING },
            ],
            edges: ["a", "a -> a"],
            network: { subnet: "10.0.0.0/8" },
            trust: { rootValidityDays: 9 },
        },
        [
            'clusters[1].name: "a" is also the name of clusters[0]. Give every cluster a name of its own.',
            'clusters[2].primary: "x" must be the name of a cluster of the fleet. Did you mean "a"?',
            'clusters[2].network: "a" is also the network of the kind cluster "a", whose nodes have no routes to an existing cluster. ' +
                'Give this cluster or "a" a network of its own.',
            "clusters[2].workers: 1 is for kind clusters, and this one exists. " +
                "Remove it: an existing cluster has the nodes that it has.",
            'edges[0]: "a" must be "a -> b" (a discovers services of b) or "a <-> b" (both ways). ' +
                'Write two cluster names with an arrow and spaces between them, or use edges: "full-mesh".',
            'edges[1]: "a -> a" joins a cluster to itself. ' +
                "Remove it: a cluster always discovers its own services.",
            "trust.intermediateValidityDays: 365 must be below trust.rootValidityDays (9), " +
                "or intermediates outlive their root. Make it smaller, or give the root more days.",
            'network.subnet: "10.0.0.0/8" must not overlap 10.0.0.0/8, where pods and services get their addresses. ' +
                "Choose a block in 172.16.0.0/12 or 192.168.0.0/16 that this machine does not use.",
        ],
    ],
    [
        "the schema's errors and the plan's",
        { clusters: [{ name: "a" }], meshId: "A", edges: ["a -> a"] },
        [
            `meshId: "A" ${MESH_ID_RULE}`,
            'edges[0]: "a -> a" joins a cluster to itself. ' +
                "Remove it: a cluster always discovers its own services.",
        ],
    ],
];

describeRefusals("config with keys that are not known", unknownKeys);
describeRefusals("config with several errors at once", several);

describe("a message about a key that is not known", () => {
    it("shows none of the values around it, which may be secret", () => {
        const { problems } = parseConfig({
            clusters: [{ name: "a" }],
            valeus: { token: "hidden" },
        });
        expect(JSON.stringify(problems)).not.to.contain("hidden");
    });
});
