// SPDX-License-Identifier: Apache-2.0
import { type Row, describeRefusals, oneCluster } from "../helpers/refusals";
import { EXISTING_KEYS, KUBECONFIG_RULE, LOAD_BALANCER_RULE, SERVER_RULE } from "../helpers/rules";

const CONTEXT_RULE = "must be the name of a context. kubectl config get-contexts lists them.";
const ADDRESSES_RULE =
    'must be IPv4 addresses as "first-last" or a CIDR block. For example 10.0.0.10-10.0.0.50.';

const GOOD = { kubeconfig: "./k", loadBalancer: "provided" };

/** Rows of what an existing cluster has beside, or instead of, what is good. */
function ofExisting(rows: [what: string, keys: object, message: string][]): Row[] {
    return oneCluster(
        rows.map(([what, keys, message]) => [
            what,
            { name: "a", existing: { ...GOOD, ...keys } },
            `clusters[0].existing.${message}`,
        ]),
    );
}

const badMaps = oneCluster([
    [
        "an existing cluster that is no map",
        { name: "a", existing: "./k" },
        `clusters[0].existing: "./k" must be a map. Its keys are: ${EXISTING_KEYS}.`,
    ],
    [
        "an existing cluster that is left empty",
        { name: "a", existing: null },
        `clusters[0].existing: null must be a map. Its keys are: ${EXISTING_KEYS}.`,
    ],
]);

const badKeys = ofExisting([
    ["no kubeconfig", { kubeconfig: undefined }, `kubeconfig: nothing ${KUBECONFIG_RULE}`],
    ["an empty kubeconfig", { kubeconfig: "" }, `kubeconfig: "" ${KUBECONFIG_RULE}`],
    ["a kubeconfig that is no path", { kubeconfig: {} }, `kubeconfig: {} ${KUBECONFIG_RULE}`],
    ["an empty context", { context: "" }, `context: "" ${CONTEXT_RULE}`],
    ["a context that is no text", { context: 1 }, `context: 1 ${CONTEXT_RULE}`],
]);

const badServers = ofExisting(
    ["", "10.0.0.5", "10.0.0.5:6443", "http://10.0.0.5:6443", "https://"].map((server) => [
        `the server "${server}"`,
        { server },
        `server: "${server}" ${SERVER_RULE}`,
    ]),
);

const USER_RULE =
    "must have no user and no password: other clusters read with a token of their own. " +
    "For example https://10.0.0.5:6443.";
const badServerTexts = ofExisting([
    [
        "a server with a password",
        { server: "https://u:p@10.0.0.5:6443" },
        `server: "https://***@10.0.0.5:6443" ${USER_RULE}`,
    ],
    [
        "a server with a blank",
        { server: "https://10.0.0.5:6443/a b" },
        `server: "https://10.0.0.5:6443/a b" ${SERVER_RULE}`,
    ],
    [
        "a server without end",
        { server: `https://${"a".repeat(2041)}` },
        `server: "https://${"a".repeat(68)}... ${SERVER_RULE}`,
    ],
]);

const badLoadBalancers = ofExisting([
    [
        "no load balancer",
        { loadBalancer: undefined },
        `loadBalancer: nothing ${LOAD_BALANCER_RULE}`,
    ],
    [
        "another word for a load balancer",
        { loadBalancer: "metallb" },
        `loadBalancer: "metallb" ${LOAD_BALANCER_RULE}`,
    ],
    [
        "a load balancer without addresses",
        { loadBalancer: {} },
        `loadBalancer: {} ${LOAD_BALANCER_RULE}`,
    ],
    [
        "addresses that are a list",
        { loadBalancer: { addresses: [] } },
        `loadBalancer: {"addresses":[]} ${LOAD_BALANCER_RULE}`,
    ],
    [
        "a misspelt key in the place of addresses",
        { loadBalancer: { adresses: "192.168.7.0/24" } },
        `loadBalancer: {"adresses":"192.168.7.0/24"} ${LOAD_BALANCER_RULE}`,
    ],
    ...["", "192.168.7.1", "192.168.7.1/24", "192.168.7.9-192.168.7.1", "::1-::9"].map(
        (addresses): [string, object, string] => [
            `the addresses "${addresses}"`,
            { loadBalancer: { addresses } },
            `loadBalancer.addresses: "${addresses}" ${ADDRESSES_RULE}`,
        ],
    ),
]);

const badPlaces: Row[] = [
    ...oneCluster([
        [
            "workers of an existing cluster",
            { name: "a", workers: 2, existing: GOOD },
            "clusters[0].workers: 2 is for kind clusters, and this one exists. " +
                "Remove it: an existing cluster has the nodes that it has.",
        ],
        [
            "an index of an existing cluster",
            { name: "a", index: 0, existing: GOOD },
            "clusters[0].index: 0 is for kind clusters, and this one exists. " +
                "Remove it: an existing cluster has its own addresses.",
        ],
    ]),
    [
        "addresses that a kind cluster has",
        {
            clusters: [
                { name: "a", index: 0 },
                {
                    name: "b",
                    existing: { ...GOOD, loadBalancer: { addresses: "10.0.0.10-10.0.0.50" } },
                },
            ],
        },
        [
            'clusters[1].existing.loadBalancer.addresses: "10.0.0.10-10.0.0.50" ' +
                'overlaps 10.0.0.0/20, where the pods of "a" are. ' +
                "Choose addresses that nothing else in the fleet has.",
        ],
    ],
    [
        "an existing cluster on the network of a kind cluster",
        {
            clusters: [
                { name: "a", network: "n" },
                { name: "b", network: "n", existing: GOOD },
            ],
        },
        [
            'clusters[1].network: "n" is also the network of the kind cluster "a", whose nodes have no routes to an existing cluster. ' +
                'Give this cluster or "a" a network of its own.',
        ],
    ],
];

describeRefusals("config of existing clusters", [...badMaps, ...badKeys]);
describeRefusals("config of an existing cluster's server", [...badServers, ...badServerTexts]);
describeRefusals("config of an existing cluster's load balancer", badLoadBalancers);
describeRefusals("config of an existing cluster in the fleet", badPlaces);
