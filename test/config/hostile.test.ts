// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseConfig } from "../../config";
import { complaints } from "../helpers/fleets";
import { HOSTILE_NAMES } from "../helpers/hostile";
import {
    DOCKER_NAME_RULE,
    KUBECONFIG_RULE,
    MESH_ID_RULE,
    NAME_RULE,
    NETWORK_RULE,
    SERVER_RULE,
} from "../helpers/rules";

/** A config with a text at one place. */
type Put = (text: string) => Record<string, unknown>;

const existing = (keys: object) => ({
    clusters: [{ name: "a", existing: { kubeconfig: "./k", loadBalancer: "provided", ...keys } }],
});
const two = [{ name: "a" }, { name: "b" }];

/** A text with the two control characters of the table that a word may have. */
const visible = (text: string) => text.replace("\0", "\\u0000").replace("\u001b", "\\u001b");

/** Places where a text becomes a name, or must be of a form, and what is said of any other text. */
const names: Record<string, [put: Put, rule: string]> = {
    "clusters[0].name": [(name) => ({ clusters: [{ name }] }), NAME_RULE],
    "clusters[0].network": [(network) => ({ clusters: [{ name: "a", network }] }), NETWORK_RULE],
    "clusters[0].primary": [
        (primary) => ({ clusters: [{ name: "cluster-1", primary }] }),
        "must be the name of a cluster of the fleet. Remove it.",
    ],
    "clusters[0].existing.loadBalancer.addresses": [
        (addresses) => existing({ loadBalancer: { addresses } }),
        'must be IPv4 addresses as "first-last" or a CIDR block. For example 10.0.0.10-10.0.0.50.',
    ],
    "clusters[0].existing.server": [(server) => existing({ server }), SERVER_RULE],
    "network.name": [(name) => ({ clusters: two, network: { name } }), DOCKER_NAME_RULE],
    "network.subnet": [
        (subnet) => ({ clusters: two, network: { subnet } }),
        "must be an IPv4 block with a prefix from /8 to /26 and no host bits set. " +
            "For example 172.30.0.0/16, which holds 2048 clusters; a /24 holds 8.",
    ],
    meshId: [(meshId) => ({ clusters: two, meshId }), MESH_ID_RULE],
    "trust.domain": [
        (domain) => ({ clusters: two, trust: { domain } }),
        "must be a DNS name in lower case, at most 255 characters. For example cluster.local.",
    ],
    "metrics.central": [
        (central) => ({ clusters: [{ name: "cluster-1" }], metrics: { central } }),
        "must be the name of a cluster. Name one of: cluster-1.",
    ],
    "metrics.alertmanager": [
        (alertmanager) => ({ clusters: two, metrics: { central: "a", alertmanager } }),
        "must be the URL of an Alertmanager that the central cluster reaches. " +
            "For example http://alertmanager.example.com:9093.",
    ],
};

describe("hostile texts in a config", () => {
    for (const [property, [put, rule]] of Object.entries(names)) {
        it(`are refused for ${property}`, () => {
            for (const text of HOSTILE_NAMES) {
                expect(complaints(put(text))).to.deep.equal([
                    `${property}: ${JSON.stringify(text)} ${rule}`,
                ]);
            }
        });
    }

    it("are refused for a word of edges", () => {
        const clusters = [{ name: "alpha" }, { name: "omega" }];
        for (const text of HOSTILE_NAMES) {
            const edge = `${text} -> omega`;
            // A text without blanks inside is a name, but nobody's.
            const [word = ""] = /^\S+$/.exec(text.trim()) ?? [];
            const shown = JSON.stringify(edge);
            const rule =
                word === ""
                    ? 'must be "a -> b" (a discovers services of b) or "a <-> b" (both ways). ' +
                      'Write two cluster names with an arrow and spaces between them, or use edges: "full-mesh".'
                    : `names the cluster "${visible(word)}", which is not in clusters. ` +
                      "Add it to clusters, or use one of: alpha, omega.";
            expect(complaints({ clusters, edges: [edge] })).to.deep.equal([
                `edges[0]: ${shown} ${rule}`,
            ]);
        }
    });

    it("are refused behind what is right", () => {
        for (const text of HOSTILE_NAMES.filter((name) => /^[^\w/-]/.test(name))) {
            expect(complaints({ clusters: [{ name: `a${text}` }] }), text).to.have.length(1);
            expect(complaints({ clusters: two, meshId: `a${text}` }), text).to.have.length(1);
        }
    });
});

/** Places where others chose the text, and only what no file and no line can hold is refused. */
const texts: Record<string, [put: Put, rule: string]> = {
    "clusters[0].existing.kubeconfig": [(kubeconfig) => existing({ kubeconfig }), KUBECONFIG_RULE],
    "clusters[0].existing.context": [
        (context) => existing({ context }),
        "must be the name of a context. kubectl config get-contexts lists them.",
    ],
    "metrics.objectStore": [
        (objectStore) => ({ clusters: two, metrics: { central: "a", objectStore } }),
        "must be the path of a file with Thanos' own object store configuration. " +
            "For example ./bucket.yaml: https://thanos.io/tip/thanos/storage.md/.",
    ],
    bundle: [
        (bundle) => ({ clusters: two, bundle }),
        "must be the path of a bundle.json. For example ./bundle/bundle.json.",
    ],
};

describe("texts in a config that are not ours to name", () => {
    const control = /\p{Cc}|^$/u;

    for (const [property, [put, rule]] of Object.entries(texts)) {
        it(`are taken as they are for ${property}`, () => {
            for (const text of HOSTILE_NAMES.filter((name) => !control.test(name))) {
                const { config, problems } = parseConfig(put(text));
                expect(problems).to.deep.equal([]);
                expect(JSON.stringify(config)).to.contain(JSON.stringify(text));
            }
        });

        it(`are refused with control characters in them, or none, for ${property}`, () => {
            const refused = [...HOSTILE_NAMES.filter((name) => control.test(name)), "a\u2028b"];
            for (const text of refused) {
                const shown = JSON.stringify(text).replace("\u2028", "\\u2028");
                expect(complaints(put(text))).to.deep.equal([`${property}: ${shown} ${rule}`]);
            }
        });
    }

    it("are refused when they are longer than a path can be", () => {
        const longest = "x".repeat(4096);
        expect(complaints(existing({ kubeconfig: longest }))).to.deep.equal([]);
        expect(complaints(existing({ kubeconfig: `${longest}x` }))).to.have.length(1);
    });

    it("are kept whole in Helm values, keys too", () => {
        const map = Object.fromEntries(HOSTILE_NAMES.map((text) => [text, [text]]));
        const { config } = parseConfig({ clusters: two, values: { istiod: map } });
        expect(config?.values.istiod).to.deep.equal(map);
    });
});
