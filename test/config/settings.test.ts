// SPDX-License-Identifier: Apache-2.0
import { type Row, beside, describeRefusals } from "../helpers/refusals";
import { MESH_ID_RULE, DOCKER_NAME_RULE, ALGORITHM_RULE, TRUST_KEYS } from "../helpers/rules";

const SUBNET_RULE =
    "must be an IPv4 block with a prefix from /8 to /26 and no host bits set. " +
    "For example 172.30.0.0/16, which holds 2048 clusters; a /24 holds 8.";
const DOMAIN_RULE =
    "must be a DNS name in lower case, at most 255 characters. For example cluster.local.";
const ROOT_DAYS_RULE = "must be a whole number of days from 2 to 36500. 365 is one year.";
const DAYS_RULE = "must be a whole number of days from 1 to 36500. 365 is one year.";
const VALUES_RULE = "must be a map of Helm values. For example {pilot: {resources: {}}}.";
const BUNDLE_RULE = "must be the path of a bundle.json. For example ./bundle/bundle.json.";

const badNetworks = beside("network", [
    ["a network that is no map", "x", 'network: "x" must be a map. Its keys are: name, subnet.'],
    ["a network name that is no text", { name: 3 }, `network.name: 3 ${DOCKER_NAME_RULE}`],
    ["a network name with a dash first", { name: "-x" }, `network.name: "-x" ${DOCKER_NAME_RULE}`],
    [
        "a network name of 129 letters",
        { name: "x".repeat(129) },
        `network.name: "${"x".repeat(76)}... ${DOCKER_NAME_RULE}`,
    ],
    ["a network name with a blank", { name: "x y" }, `network.name: "x y" ${DOCKER_NAME_RULE}`],
    [
        "a subnet that is no text",
        { subnet: 3 },
        "network.subnet: 3 must be an IPv4 block. For example 172.30.0.0/16.",
    ],
    [
        "a subnet without a mask",
        { subnet: "172.30.0.0" },
        `network.subnet: "172.30.0.0" ${SUBNET_RULE}`,
    ],
    [
        "a subnet too small",
        { subnet: "172.30.0.0/27" },
        `network.subnet: "172.30.0.0/27" ${SUBNET_RULE}`,
    ],
    [
        "a subnet where pods are",
        { subnet: "10.9.0.0/16" },
        'network.subnet: "10.9.0.0/16" must not overlap 10.0.0.0/8, where pods and services get their addresses. ' +
            "Choose a block in 172.16.0.0/12 or 192.168.0.0/16 that this machine does not use.",
    ],
]);

const badTrust = beside("trust", [
    ["trust that is no map", 5, `trust: 5 must be a map. Its keys are: ${TRUST_KEYS}.`],
    ["a domain that is no text", { domain: 5 }, `trust.domain: 5 ${DOMAIN_RULE}`],
    ["a domain in capitals", { domain: "A" }, `trust.domain: "A" ${DOMAIN_RULE}`],
    [
        "a domain of 256 characters",
        { domain: "x".repeat(256) },
        `trust.domain: "${"x".repeat(76)}... ${DOMAIN_RULE}`,
    ],
    ["a domain with a dot first", { domain: ".a" }, `trust.domain: ".a" ${DOMAIN_RULE}`],
    ["a root of one day", { rootValidityDays: 1 }, `trust.rootValidityDays: 1 ${ROOT_DAYS_RULE}`],
    [
        "a root of over a century",
        { rootValidityDays: 36_501 },
        `trust.rootValidityDays: 36501 ${ROOT_DAYS_RULE}`,
    ],
    [
        "a root's days in quotes",
        { rootValidityDays: "9" },
        `trust.rootValidityDays: "9" ${ROOT_DAYS_RULE}`,
    ],
    [
        "an intermediate of no day",
        { intermediateValidityDays: 0 },
        `trust.intermediateValidityDays: 0 ${DAYS_RULE}`,
    ],
    [
        "an intermediate of half a day",
        { intermediateValidityDays: 0.5 },
        `trust.intermediateValidityDays: 0.5 ${DAYS_RULE}`,
    ],
    [
        "an intermediate that lives as long as its root",
        { rootValidityDays: 365 },
        "trust.intermediateValidityDays: 365 must be below trust.rootValidityDays (365), " +
            "or intermediates outlive their root. Make it smaller, or give the root more days.",
    ],
    ["another algorithm", { keyAlgorithm: "DSA" }, `trust.keyAlgorithm: "DSA" ${ALGORITHM_RULE}`],
    [
        "an algorithm that is no text",
        { keyAlgorithm: 4 },
        `trust.keyAlgorithm: 4 ${ALGORITHM_RULE}`,
    ],
]);

/** Maps in maps, so many. */
function nested(depth: number): object {
    return depth === 1 ? {} : { a: nested(depth - 1) };
}

const badRest: Row[] = [
    ...beside("meshId", [
        ["a mesh id in capitals", "A", `meshId: "A" ${MESH_ID_RULE}`],
        ["a mesh id of 64 letters", "a".repeat(64), `meshId: "${"a".repeat(64)}" ${MESH_ID_RULE}`],
    ]),
    ...beside("values", [
        [
            "values that are no map",
            5,
            "values: 5 must be a map. Its keys are: base, istiod, gateway, metallb.",
        ],
        ["values of base that are no map", { base: 5 }, `values.base: 5 ${VALUES_RULE}`],
        ["values of istiod that are no map", { istiod: [] }, `values.istiod: [] ${VALUES_RULE}`],
        [
            "values of gateway that are no map",
            { gateway: "x" },
            `values.gateway: "***" ${VALUES_RULE}`,
        ],
        [
            "values of metallb that are no map",
            { metallb: null },
            `values.metallb: null ${VALUES_RULE}`,
        ],
    ]),
    ...beside("values", [
        [
            "values that may be secret, and shows none of them",
            ["password"],
            'values: "***" must be a map. Its keys are: base, istiod, gateway, metallb.',
        ],
        [
            "values that are deeper than 100",
            { base: nested(101) },
            'values.base: "***" must be nested at most 100 deep. What reads Helm values gives up on deeper ones.',
        ],
    ]),
    ...beside("bundle", [["a bundle that is no text", ["x"], `bundle: ["x"] ${BUNDLE_RULE}`]]),
];

describeRefusals("config of the network", badNetworks);
describeRefusals("config of trust", badTrust);
describeRefusals("config of mesh id, values and bundle", badRest);
