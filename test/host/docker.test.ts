// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { dockerNetworks, kindNodes } from "../../host/docker";
import { FakeCommands } from "../helpers/fakeCommands";

const LIST_NETWORKS = "network ls --quiet --no-trunc";
const LIST_NODES = "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane";

describe("docker", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands();
    });
    afterEach(() => {
        commands.remove();
    });

    it("makes a list anew when something of it has gone meanwhile", async () => {
        // The first look sees a node that another fleet is just losing.
        commands.add(
            "docker",
            [
                'seen="$(dirname "$0")/seen"',
                'case "$*" in',
                `'${LIST_NODES}') if [ -e "$seen" ]; then exit; else touch "$seen"; echo id1; fi ;;`,
                '*) echo "Error response from daemon: No such container: id1" >&2; exit 1 ;;',
                "esac",
            ].join("\n"),
        );
        expect(await kindNodes()).to.deep.equal([]);
    });

    describe("dockerNetworks", () => {
        it("reads every network's subnets and labels", async () => {
            const inspected = [
                {
                    Name: "fleet",
                    Id: "id1",
                    Driver: "bridge",
                    IPAM: {
                        Driver: "default",
                        Options: null,
                        Config: [
                            {
                                Subnet: "172.30.0.0/16",
                                IPRange: "172.30.0.0/17",
                                Gateway: "172.30.0.1",
                            },
                            { Subnet: "fd00::/64" },
                        ],
                    },
                    Labels: { "istio-fleet.stack": "istio-fleet/dev" },
                },
                {
                    Name: "bridge",
                    Id: "id2",
                    IPAM: { Config: [{ Subnet: "172.17.0.0/16" }] },
                    Labels: {},
                },
            ];
            commands.answer("docker", {
                [LIST_NETWORKS]: "id1\nid2\n",
                "network inspect id1 id2": JSON.stringify(inspected),
            });
            expect(await dockerNetworks()).to.deep.equal([
                {
                    id: "id1",
                    name: "fleet",
                    subnets: ["172.30.0.0/16", "fd00::/64"],
                    labels: { "istio-fleet.stack": "istio-fleet/dev" },
                },
                { id: "id2", name: "bridge", subnets: ["172.17.0.0/16"], labels: {} },
            ]);
        });

        it("takes networks without addresses and labels, as host and none are", async () => {
            const inspected = [
                { Name: "host", Id: "id1", IPAM: { Config: null }, Labels: null },
                { Name: "none", Id: "id2", IPAM: {} },
            ];
            commands.answer("docker", {
                [LIST_NETWORKS]: "id1\nid2\n",
                "network inspect id1 id2": JSON.stringify(inspected),
            });
            expect(await dockerNetworks()).to.deep.equal([
                { id: "id1", name: "host", subnets: [], labels: {} },
                { id: "id2", name: "none", subnets: [], labels: {} },
            ]);
        });

        it("asks no more where there is no network", async () => {
            commands.answer("docker", { [LIST_NETWORKS]: "" });
            expect(await dockerNetworks()).to.deep.equal([]);
        });
    });

    describe("kindNodes", () => {
        it("reads every control plane's cluster, state, mounts and networks", async () => {
            const inspected = [
                {
                    Id: "id1",
                    State: { Status: "running", Running: true },
                    Config: {
                        Labels: {
                            "io.x-k8s.kind.cluster": "east",
                            "io.x-k8s.kind.role": "control-plane",
                        },
                    },
                    Mounts: [
                        { Type: "volume", Destination: "/var" },
                        { Type: "bind", Destination: "/kind/istio-fleet/1-2" },
                    ],
                    NetworkSettings: { Networks: { fleet: { NetworkID: "x" }, other: null } },
                },
                {
                    Id: "id2",
                    State: { Running: false },
                    Config: { Labels: { "io.x-k8s.kind.cluster": "west" } },
                    Mounts: [],
                    NetworkSettings: { Networks: {} },
                },
            ];
            commands.answer("docker", {
                [LIST_NODES]: "id1\nid2\n",
                "container inspect id1 id2": JSON.stringify(inspected),
            });
            expect(await kindNodes()).to.deep.equal([
                {
                    cluster: "east",
                    running: true,
                    mounts: ["/var", "/kind/istio-fleet/1-2"],
                    networks: ["fleet", "other"],
                },
                { cluster: "west", running: false, mounts: [], networks: [] },
            ]);
        });

        it("asks no more where there is no node", async () => {
            commands.answer("docker", { [LIST_NODES]: "" });
            expect(await kindNodes()).to.deep.equal([]);
        });
    });
});
