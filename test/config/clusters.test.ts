// SPDX-License-Identifier: Apache-2.0
import { type Row, beside, oneCluster, describeRefusals } from "../helpers/refusals";
import {
    CLUSTER_KEYS,
    EDGES_RULE,
    INDEX_RULE,
    NAME_RULE,
    NETWORK_RULE,
    PRIMARY_RULE,
    WORKERS_RULE,
} from "../helpers/rules";

const CLUSTERS_RULE = "must be a list of clusters. For example clusters: [{name: a}, {name: b}].";

const LONG = "a".repeat(50);
const badClusters: Row[] = [
    ["no clusters", {}, [`clusters: nothing ${CLUSTERS_RULE}`]],
    [
        "clusters that are no list",
        { clusters: { name: "a" } },
        [`clusters: {"name":"a"} ${CLUSTERS_RULE}`],
    ],
    [
        "an empty list of clusters",
        { clusters: [] },
        ["clusters: [] must have at least one cluster. For example clusters: [{name: a}]."],
    ],
    [
        "a cluster more than there are addresses for",
        { clusters: Array.from({ length: 2049 }, (_, i) => ({ name: `c${String(i)}`, index: i })) },
        [
            'clusters: [{"name":"c0","index":0},{"name":"c1","index":1},{"name":"c2","index":2},{"na... ' +
                "must have at most 2048 clusters. Make several fleets.",
        ],
    ],
    ...oneCluster([
        [
            "a cluster that is no map",
            "a",
            `clusters[0]: "a" must be a map. Its keys are: ${CLUSTER_KEYS}.`,
        ],
        ["a cluster without a name", {}, `clusters[0].name: nothing ${NAME_RULE}`],
        ["a name that is no text", { name: 5 }, `clusters[0].name: 5 ${NAME_RULE}`],
        ["an empty name", { name: "" }, `clusters[0].name: "" ${NAME_RULE}`],
        ["a name in capitals", { name: "A" }, `clusters[0].name: "A" ${NAME_RULE}`],
        ["a name with a dash first", { name: "-a" }, `clusters[0].name: "-a" ${NAME_RULE}`],
        ["a name with a dash last", { name: "a-" }, `clusters[0].name: "a-" ${NAME_RULE}`],
        ["a name with a dot", { name: "a.b" }, `clusters[0].name: "a.b" ${NAME_RULE}`],
        ["a name with a line feed", { name: "a\n" }, `clusters[0].name: "a\\n" ${NAME_RULE}`],
        ["a name of 50 letters", { name: LONG }, `clusters[0].name: "${LONG}" ${NAME_RULE}`],
        ["a negative index", { name: "a", index: -1 }, `clusters[0].index: -1 ${INDEX_RULE}`],
        ["a broken index", { name: "a", index: 1.5 }, `clusters[0].index: 1.5 ${INDEX_RULE}`],
        ["an index in quotes", { name: "a", index: "1" }, `clusters[0].index: "1" ${INDEX_RULE}`],
        [
            "an index beyond the subnet's pools",
            { name: "a", index: 2048 },
            "clusters[0].index: 2048 must be below 2048, the number of address pools in network.subnet. " +
                "Choose a smaller index, or a network.subnet with a shorter prefix.",
        ],
    ]),
    [
        "a name twice",
        { clusters: [{ name: "a" }, { name: "b" }, { name: "a" }] },
        [
            'clusters[2].name: "a" is also the name of clusters[0]. Give every cluster a name of its own.',
        ],
    ],
    [
        "an index twice",
        {
            clusters: [
                { name: "a", index: 1 },
                { name: "b", index: 1 },
            ],
        },
        [
            'clusters[1].index: 1 is the index of both "a" and "b", so their addresses would be the same. ' +
                'Give "b" a free one: index: 0. Keep it as long as the cluster lives.',
        ],
    ],
];

const LONG_NETWORK = "a".repeat(64);
const badNetworks = oneCluster([
    [
        "a network that is no text",
        { name: "a", network: 5 },
        `clusters[0].network: 5 ${NETWORK_RULE}`,
    ],
    ["an empty network", { name: "a", network: "" }, `clusters[0].network: "" ${NETWORK_RULE}`],
    [
        "a network in capitals",
        { name: "a", network: "N" },
        `clusters[0].network: "N" ${NETWORK_RULE}`,
    ],
    [
        "a network with a dot",
        { name: "a", network: "a.b" },
        `clusters[0].network: "a.b" ${NETWORK_RULE}`,
    ],
    [
        "a network of 64 letters",
        { name: "a", network: LONG_NETWORK },
        `clusters[0].network: "${LONG_NETWORK}" ${NETWORK_RULE}`,
    ],
]);

const badWorkers = oneCluster([
    [
        "fewer workers than none",
        { name: "a", workers: -1 },
        `clusters[0].workers: -1 ${WORKERS_RULE}`,
    ],
    ["16 workers", { name: "a", workers: 16 }, `clusters[0].workers: 16 ${WORKERS_RULE}`],
    ["half a worker", { name: "a", workers: 0.5 }, `clusters[0].workers: 0.5 ${WORKERS_RULE}`],
    ["workers in quotes", { name: "a", workers: "1" }, `clusters[0].workers: "1" ${WORKERS_RULE}`],
]);

const badPrimaries: Row[] = [
    ...oneCluster([
        [
            "a primary that is no text",
            { name: "a", primary: true },
            `clusters[0].primary: true ${PRIMARY_RULE}`,
        ],
        [
            "a primary that is not there",
            { name: "a", primary: "elsewhere" },
            'clusters[0].primary: "elsewhere" must be the name of a cluster of the fleet. Remove it.',
        ],
    ]),
    [
        "a misspelt primary",
        { clusters: [{ name: "east" }, { name: "r", primary: "eats" }] },
        [
            'clusters[1].primary: "eats" must be the name of a cluster of the fleet. Did you mean "east"?',
        ],
    ],
    [
        "a remote of a remote",
        { clusters: [{ name: "a" }, { name: "b", primary: "a" }, { name: "c", primary: "b" }] },
        [
            'clusters[2].primary: "b" must be a primary, but is itself a remote of "a". ' +
                'Name a cluster without a primary of its own, or remove the primary of "b".',
        ],
    ],
    [
        "two clusters that serve each other, whatever the edges",
        {
            clusters: [
                { name: "a", primary: "b" },
                { name: "b", primary: "a" },
            ],
            edges: ["a -> b"],
        },
        [
            'clusters[0].primary: "b" must be a primary, but is itself a remote of "a". ' +
                'Name a cluster without a primary of its own, or remove the primary of "b".',
            'clusters[1].primary: "a" must be a primary, but is itself a remote of "b". ' +
                'Name a cluster without a primary of its own, or remove the primary of "a".',
        ],
    ],
    [
        "a name twice, of a primary and of a remote",
        { clusters: [{ name: "p" }, { name: "a" }, { name: "a", primary: "p" }] },
        [
            'clusters[2].name: "a" is also the name of clusters[1]. Give every cluster a name of its own.',
        ],
    ],
    [
        "an edge of a remote that its primary does not have",
        {
            clusters: [{ name: "p" }, { name: "r", primary: "p" }, { name: "q" }],
            edges: ["p <-> r", "r <-> q"],
        },
        [
            'edges: "r -> q" gives the remote "r" an edge that its primary "p" does not have; ' +
                'its istiod is its primary\'s. Add "p -> q", or remove it.',
        ],
    ],
];

const badEdges = beside("edges", [
    ["edges in another word", "fullmesh", `edges: "fullmesh" ${EDGES_RULE}`],
    ["edges that are no list", { a: "b" }, `edges: {"a":"b"} ${EDGES_RULE}`],
    ["an edge that is no text", [5], `edges: [5] ${EDGES_RULE}`],
    [
        "an edge without an arrow",
        ["east west"],
        'edges[0]: "east west" must be "a -> b" (a discovers services of b) or "a <-> b" (both ways). ' +
            'Write two cluster names with an arrow and spaces between them, or use edges: "full-mesh".',
    ],
    [
        "an edge to a misspelt cluster",
        ["east -> wets"],
        'edges[0]: "east -> wets" names the cluster "wets", which is not in clusters. Did you mean "west"?',
    ],
    [
        "an edge to a cluster that is not there",
        ["elsewhere -> west"],
        'edges[0]: "elsewhere -> west" names the cluster "elsewhere", which is not in clusters. ' +
            "Add it to clusters, or use one of: east, west.",
    ],
    [
        "an edge from a cluster to itself",
        ["east -> east"],
        'edges[0]: "east -> east" joins a cluster to itself. ' +
            "Remove it: a cluster always discovers its own services.",
    ],
    [
        "an edge twice",
        ["east <-> west", "east -> west"],
        'edges[1]: "east -> west" gives the edge "east -> west" a second time. Remove one of them.',
    ],
]);

describeRefusals("config of clusters", badClusters);
describeRefusals("config of a cluster's network", badNetworks);
describeRefusals("config of workers", badWorkers);
describeRefusals("config of primaries", badPrimaries);
describeRefusals("config of edges", badEdges);
