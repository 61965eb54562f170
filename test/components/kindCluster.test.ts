// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { KindCluster, type KindClusterArgs } from "../../components";
import { clusterIdentity, kindConfig } from "../../components/kindCluster";
import { CREATE, DELETE, KUBECONFIG, UPDATE } from "../../components/kindScripts";
import { generationOf } from "../../plan/generation";
import { messageOf } from "../helpers/errors";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const args: KindClusterArgs = {
    clusterName: "east",
    generation: "0badcafe",
    networkName: "fleet-net",
    networkSubnet: "172.30.0.0/16",
    networkId: "network-id",
    podSubnet: "10.0.0.0/20",
    serviceSubnet: "10.128.0.0/20",
    apiServerPort: 20_000,
    role: "primary",
    nodeImage: "node:1",
    disableDefaultCNI: true,
    featureGates: { KubeletInUserNamespace: true },
    kubeadmConfigPatches: ["kind: KubeletConfiguration"],
    containerdConfigPatches: ["[plugins]"],
};

describe("KindCluster", () => {
    let cluster: KindCluster;
    let recording: Recording;
    before(async () => {
        ({ result: cluster, recording } = await record(() => new KindCluster("c", args)));
    });
    const command = () => recording.get("command:local:Command", "c-kind");

    const kubeconfig = () => recording.get("command:local:Command", "c-kubeconfig");

    it("is a Command for the cluster and one for its kubeconfig", () => {
        expect(shape(recording)).to.deep.equal([
            " > istio-fleet:index:KindCluster c",
            "c > command:local:Command c-kind",
            "c > command:local:Command c-kubeconfig",
        ]);
    });

    it("runs the scripts as they are, with its values beside them", () => {
        const { stdin, ...inputs } = command().inputs;
        expect(inputs).to.deep.equal({
            create: CREATE,
            update: UPDATE,
            delete: DELETE,
            environment: {
                CLUSTER: "east",
                IDENTITY: clusterIdentity(args),
                MARK: "/kind/istio-fleet",
                NETWORK: "fleet-net",
                KIND_EXPERIMENTAL_DOCKER_NETWORK: "fleet-net",
            },
            triggers: [clusterIdentity(args), "network-id"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
        expect(JSON.parse(stdin as string)).to.deep.equal(kindConfig(args, clusterIdentity(args)));
    });

    it("deletes the old cluster first, for the name and the port are the same", () => {
        expect(command().deleteBeforeReplace).to.equal(true);
    });

    it("keeps everything that the scripts print secret", () => {
        expect(command().additionalSecretOutputs).to.deep.equal(["stdout", "stderr"]);
    });

    it("asks for the kubeconfig of each making of the cluster", () => {
        expect(kubeconfig().inputs).to.deep.equal({
            create: KUBECONFIG,
            environment: { CLUSTER: "east" },
            triggers: [clusterIdentity(args), "network-id"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
        expect(recording.dependencyNames(kubeconfig())).to.deep.equal(["c-kind"]);
    });

    it("asks again when the cluster is replaced for another reason, and goes with it", () => {
        expect(kubeconfig().replaceWith).to.deep.equal([command().urn]);
        expect(kubeconfig().deletedWith).to.equal(command().urn);
    });

    it("keeps the kubeconfig secret", () => {
        expect(kubeconfig().additionalSecretOutputs).to.deep.equal(["stdout", "stderr"]);
    });

    it("gives the kubeconfig, secret", async () => {
        expect(await settled(cluster.kubeconfig)).to.deep.equal({
            value: "stdout of c-kubeconfig",
            secret: true,
        });
    });

    it("gives its identity", () => {
        expect(cluster.identity).to.equal(clusterIdentity(args));
    });

    it("says how kubectl reaches it", () => {
        expect(cluster.access).to.deep.equal({ KIND_NODE: "east-control-plane" });
    });

    it("registers its outputs", () => {
        expect([...recording.outputs.values()]).to.deep.equal([
            {
                outputs: {
                    kubeconfig: "stdout of c-kubeconfig",
                    identity: clusterIdentity(args),
                },
                secrets: ["kubeconfig"],
            },
        ]);
    });
});

describe("KindCluster's name", () => {
    for (const clusterName of ["", "../x", "a/b", "$(reboot)", "a: b", "-a", ".a", "A", "a\nb"]) {
        it(`cannot be ${JSON.stringify(clusterName)}`, async () => {
            const error = await messageOf(() =>
                record(() => new KindCluster("c", { ...args, clusterName })),
            );
            expect(error).to.equal(
                `clusterName: ${JSON.stringify(clusterName)} must be of a-z, 0-9, "." and "-", ` +
                    "and begin with a letter or a digit.",
            );
        });
    }

    it("may have dots and dashes", async () => {
        const { recording } = await record(
            () => new KindCluster("c", { ...args, clusterName: "a-1.b" }),
        );
        expect(recording.names("command:local:Command")).to.deep.equal(["c-kind", "c-kubeconfig"]);
    });
});

describe("clusterIdentity", () => {
    it("begins with the generation, and ends in twelve digits of a hash", () => {
        expect(clusterIdentity(args)).to.match(/^0badcafe-[0-9a-f]{12}$/);
    });

    const changes: Partial<KindClusterArgs>[] = [
        { clusterName: "west" },
        { networkName: "other-net" },
        { networkSubnet: "172.31.0.0/16" },
        { podSubnet: "10.0.16.0/20" },
        { serviceSubnet: "10.128.16.0/20" },
        { apiServerPort: 20_001 },
        { nodeImage: "node:2" },
        { disableDefaultCNI: false },
        { featureGates: { KubeletInUserNamespace: false } },
        { kubeadmConfigPatches: [] },
        { containerdConfigPatches: [] },
    ];
    for (const change of changes) {
        it(`is another for another ${Object.keys(change).join()}`, () => {
            const hash = (identity: string) => identity.split("-")[1];
            expect(hash(clusterIdentity({ ...args, ...change }))).not.to.equal(
                hash(clusterIdentity(args)),
            );
        });
    }

    it("is the same but for its beginning in another generation", () => {
        expect(clusterIdentity({ ...args, generation: "1" })).to.equal(
            clusterIdentity(args).replace("0badcafe", "1"),
        );
    });

    it("does not depend on the network's id, which is not known before the network", () => {
        const moved = { ...args, networkId: "other-id" };
        expect(clusterIdentity(moved)).to.equal(clusterIdentity(args));
    });

    it("is another in another role: its objects would be in each other's way", () => {
        expect(clusterIdentity({ ...args, role: "remote" })).not.to.equal(clusterIdentity(args));
    });

    it("takes a default for the same as leaving it out", () => {
        const { clusterName, generation, networkName, networkSubnet, networkId, podSubnet } = args;
        const { serviceSubnet, apiServerPort, nodeImage, role } = args;
        const short = {
            ...{ clusterName, generation, networkName, networkSubnet, networkId, podSubnet },
            ...{ serviceSubnet, apiServerPort, nodeImage, role },
        };
        const defaults = {
            disableDefaultCNI: false,
            featureGates: {},
            kubeadmConfigPatches: [],
            containerdConfigPatches: [],
        };
        expect(clusterIdentity(short)).to.equal(clusterIdentity({ ...short, ...defaults }));
    });
});

describe("kindConfig", () => {
    it("fixes everything that must not differ from one making to the next", () => {
        expect(kindConfig(args, "gen-hash")).to.deep.equal({
            kind: "Cluster",
            apiVersion: "kind.x-k8s.io/v1alpha4",
            name: "east",
            networking: {
                apiServerAddress: "127.0.0.1",
                apiServerPort: 20_000,
                podSubnet: "10.0.0.0/20",
                serviceSubnet: "10.128.0.0/20",
                disableDefaultCNI: true,
            },
            featureGates: { KubeletInUserNamespace: true },
            kubeadmConfigPatches: ["kind: KubeletConfiguration"],
            containerdConfigPatches: ["[plugins]"],
            nodes: [
                {
                    role: "control-plane",
                    image: "node:1",
                    extraMounts: [
                        {
                            hostPath: "/dev/null",
                            containerPath: "/kind/istio-fleet/gen-hash",
                            readOnly: true,
                        },
                    ],
                },
            ],
        });
    });

    it("marks the node so that its generation can be read from it", () => {
        const { nodes } = kindConfig(args, clusterIdentity(args)) as {
            nodes: { extraMounts: { containerPath: string }[] }[];
        };
        const mounts = nodes.flatMap(({ extraMounts }) =>
            extraMounts.map(({ containerPath }) => containerPath),
        );
        const node = { cluster: "east", running: true, mounts, networks: [] };
        expect(generationOf("east", [node], () => "fresh")).to.equal("0badcafe");
    });
});
