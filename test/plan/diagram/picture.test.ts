// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { kindsIn, pictureOf } from "../../../plan/diagram/picture";
import { type ClusterInput, configOf, planOf } from "../../helpers/fleets";

const pictured = (clusters: readonly ClusterInput[], edges: unknown = "full-mesh") =>
    pictureOf(planOf(configOf(clusters, { edges })));

const existing = (loadBalancer: unknown) => ({ kubeconfig: "./k", loadBalancer });

describe("pictureOf", () => {
    it("groups clusters by network, both sorted by name", () => {
        const { title, networks } = pictured([
            { name: "z", network: "b" },
            { name: "y", network: "a" },
            { name: "x", network: "b" },
        ]);
        expect(title).to.equal("Mesh fleet: 3 clusters on 2 networks");
        expect(
            networks.map(({ name, clusters }) => [name, clusters.map((one) => one.name)]),
        ).to.deep.equal([
            ["a", ["y"]],
            ["b", ["x", "z"]],
        ]);
    });

    const clusters: [string, ClusterInput[], object][] = [
        [
            "a kind cluster with its gateway's address",
            [{ name: "west", index: 0 }],
            {
                name: "west",
                isPrimary: true,
                about: "primary · kind",
                gateway: "gateway 172.30.128.1",
            },
        ],
        [
            "the nodes of one with workers",
            [{ name: "west", index: 0, workers: 2 }],
            {
                name: "west",
                isPrimary: true,
                about: "primary · kind · 3 nodes",
                gateway: "gateway 172.30.128.1",
            },
        ],
        [
            "none for who needs no gateway, and the primary of a remote",
            [
                { name: "a", network: "n", primary: "b" },
                { name: "b", network: "n" },
            ],
            { name: "a", isPrimary: false, about: "remote of b · kind", gateway: undefined },
        ],
        [
            "an existing cluster with MetalLB",
            [{ name: "e", existing: existing({ addresses: "10.0.0.8-10.0.0.9" }) }],
            {
                name: "e",
                isPrimary: true,
                about: "primary · existing",
                gateway: "gateway 10.0.0.8",
            },
        ],
        [
            "an existing cluster with a load balancer of its own",
            [{ name: "e", existing: existing("provided") }],
            {
                name: "e",
                isPrimary: true,
                about: "primary · existing",
                gateway: "gateway with a provided address",
            },
        ],
    ];
    for (const [title, fleet, expected] of clusters) {
        it(`says of a cluster: ${title}`, () => {
            expect(pictured(fleet).networks[0]?.clusters[0]).to.deep.equal(expected);
        });
    }

    it("has two edges that go both ways as one link", () => {
        const { links, notes } = pictured(["a", "b", "c"], ["b <-> a", "a -> c", "c -> b"]);
        expect(links).to.deep.equal([
            { kind: "discover", from: "a", to: "b" },
            { kind: "discovers", from: "a", to: "c" },
            { kind: "discovers", from: "c", to: "b" },
        ]);
        expect(notes).to.deep.equal(["Solid arrows are the remote secrets."]);
    });

    it("has who serves a remote beside the edges, and says what it leaves out", () => {
        const { links, notes } = pictured(["a", { name: "b", primary: "a" }]);
        expect(links).to.deep.equal([
            { kind: "discovers", from: "a", to: "b" },
            { kind: "served", from: "b", to: "a" },
        ]);
        expect(notes).to.deep.equal([
            "Solid arrows are the remote secrets.",
            "Not drawn: a remote also discovers its primary, and what that discovers.",
        ]);
    });

    it("explains nothing that is not there", () => {
        const picture = pictured(["a"]);
        expect(picture.title).to.equal("Mesh fleet: 1 cluster on 1 network");
        expect(picture.notes).to.deep.equal([]);
        expect(kindsIn(picture)).to.deep.equal([]);
    });
});
