// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { upstream } from "../../bundle";
import { fleetOutputs } from "../../stacks/outputs";
import { configOf, planOf } from "../helpers/fleets";
import { settled } from "../helpers/mocks";
import { GATEWAY_ADDRESS } from "../helpers/providers";
import { type Fleet, recordFleet } from "../helpers/stacks";

describe("fleetOutputs", () => {
    let fleet: Fleet;
    before(async () => {
        const trust = { domain: "mesh.example" };
        const edges = ["west -> east"];
        fleet = await recordFleet(configOf(["east", "west"], { edges, meshId: "mesh", trust }));
    });

    it("say what verify must know of the mesh", () => {
        expect(fleet.outputs.mesh).to.deep.equal({
            id: "mesh",
            trustDomain: "mesh.example",
            probeImage: upstream.probeImage,
        });
    });

    it("say where each cluster is, in the open", async () => {
        expect(await settled(pulumi.output(fleet.outputs.clusters))).to.deep.equal({
            value: {
                east: {
                    network: "east",
                    primary: "east",
                    apiServer: "https://127.0.0.1:20572",
                    peerApiServer: "https://east-control-plane:6443",
                    gatewayAddress: GATEWAY_ADDRESS,
                },
                west: {
                    network: "west",
                    primary: "west",
                    apiServer: "https://127.0.0.1:20430",
                    peerApiServer: "https://west-control-plane:6443",
                    gatewayAddress: GATEWAY_ADDRESS,
                },
            },
            secret: false,
        });
    });

    it("list the edges", () => {
        expect(fleet.outputs.edges).to.deep.equal([{ observing: "west", observed: "east" }]);
    });

    it("give the kubeconfigs, as a secret", async () => {
        expect(await settled(fleet.outputs.kubeconfigs)).to.deep.equal({
            value: { east: "stdout of east-kubeconfig", west: "stdout of west-kubeconfig" },
            secret: true,
        });
    });

    it("give nothing else", () => {
        expect(Object.keys(fleet.outputs)).to.have.members([
            "mesh",
            "clusters",
            "edges",
            "kubeconfigs",
        ]);
    });

    it("say nothing of requests where the root's key is the fleet's", () => {
        expect(fleet.outputs.certificateRequests).to.equal(undefined);
    });

    it("give the requests for a root that is kept elsewhere", () => {
        const certificateRequests = { west: pulumi.output("request") };
        const mesh = { gateways: new Map(), edges: [], certificateRequests };
        expect(fleetOutputs(planOf(configOf(["west"])), upstream, [], mesh)).to.deep.include({
            certificateRequests,
            clusters: {},
        });
    });

    it("say nothing of metrics where the fleet is not measured", () => {
        expect(fleet.outputs.metrics).to.equal(undefined);
    });

    it("say what verify must know of the metrics", async () => {
        const metrics = { central: "east", scrapeSeconds: 20 };
        const others = { edges: ["west -> east"], metrics };
        const { outputs } = await recordFleet(configOf(["east", "west", "north"], others));
        expect(outputs.metrics).to.deep.equal({
            central: "east",
            senders: ["east", "west"],
            scrapeSeconds: 20,
        });
    });
});
