// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Sources, upstream } from "../../bundle";
import { clusterIdentity } from "../../components/kindCluster";
import { createClusters } from "../../stacks/clusters";
import { configOf, planOf } from "../helpers/fleets";
import { type Recording, record, settled } from "../helpers/mocks";
import { nameOf, shape } from "../helpers/shape";
import { CRD_FILES, EMPTY, NETWORK_ID, OWNER } from "../helpers/stacks";

const COMMAND = "command:local:Command";
const PROVIDER = "pulumi:providers:kubernetes";

const plan = planOf(configOf(["west", "east"]));
const sources: Sources = {
    ...upstream,
    node: {
        nodeImage: "node:1",
        disableDefaultCNI: true,
        featureGates: { KubeletInUserNamespace: true },
        kubeadmConfigPatches: ["kubeadm"],
        containerdConfigPatches: ["containerd"],
    },
};
const live = {
    cluster: "east",
    running: true,
    mounts: ["/kind/istio-fleet/0badcafe-0123456789ab"],
    networks: ["istio-fleet"],
};

const NAME = "istio-fleet";
const label = (owner: string) => ({ "istio-fleet.stack": owner });
const host = { ...EMPTY, kindNodes: [live] };

describe("createClusters", () => {
    let clusters: ReturnType<typeof createClusters>;
    let recording: Recording;
    before(async () => {
        ({ result: clusters, recording } = await record(() =>
            createClusters(plan, sources, CRD_FILES, OWNER, host),
        ));
    });
    const environment = (cluster: string) =>
        recording.get(COMMAND, `${cluster}-kind`).inputs.environment as Record<string, string>;

    const provider = (cluster: string) =>
        recording.get(PROVIDER, `${cluster}@${environment(cluster).IDENTITY ?? ""}`);

    it("makes the network, and a cluster with its provider for each of the plan", () => {
        const shapes = shape(recording).map((line) => line.replace(/@.*$/, ""));
        expect(shapes.sort()).to.deep.equal(
            [
                " > docker:index/network:Network network-istio-fleet",
                " > istio-fleet:index:KindCluster east",
                `east > ${COMMAND} east-kind`,
                `east > ${COMMAND} east-kubeconfig`,
                " > istio-fleet:index:Crds east-crds",
                `east-crds > ${COMMAND} east-crds-apply`,
                ` > ${PROVIDER} east`,
                " > istio-fleet:index:KindCluster west",
                `west > ${COMMAND} west-kind`,
                `west > ${COMMAND} west-kubeconfig`,
                " > istio-fleet:index:Crds west-crds",
                `west-crds > ${COMMAND} west-crds-apply`,
                ` > ${PROVIDER} west`,
            ].sort(),
        );
    });

    it("makes the network as planned, labelled with its stack", () => {
        const [network] = recording.ofType("docker:index/network:Network");
        expect(network?.inputs).to.deep.equal({
            name: "istio-fleet",
            driver: "bridge",
            ipamConfigs: [
                { subnet: "172.30.0.0/16", ipRange: "172.30.0.0/17", gateway: "172.30.0.1" },
            ],
            labels: [{ label: "istio-fleet.stack", value: OWNER.stack }],
        });
    });

    const networks: [string, Readonly<Record<string, string>>, string, string][] = [
        [
            "takes over the network of this stack that a killed run made",
            label(OWNER.stack),
            NAME,
            "id-1",
        ],
        ["takes over no network of another stack", label("istio-fleet/other"), NAME, ""],
        ["takes over no network that something else made", {}, NAME, ""],
        ["takes over no network of another name", label(OWNER.stack), "other", ""],
    ];
    for (const [what, labels, name, imported] of networks) {
        it(what, async () => {
            const present = { id: "id-1", name, subnets: ["172.30.0.0/16"], labels };
            const run = await record(() =>
                createClusters(plan, sources, CRD_FILES, OWNER, {
                    ...EMPTY,
                    dockerNetworks: [present],
                }),
            );
            const [network] = run.recording.ofType("docker:index/network:Network");
            expect(network?.import).to.equal(imported);
        });
    }

    it("makes each cluster as planned, of the bundle's node, in the network", () => {
        const generation = environment("west").IDENTITY?.split("-")[0] ?? "";
        expect(environment("west")).to.deep.equal({
            CLUSTER: "west",
            IDENTITY: clusterIdentity({
                clusterName: "west",
                generation,
                networkName: "istio-fleet",
                networkSubnet: "172.30.0.0/16",
                networkId: NETWORK_ID,
                podSubnet: "10.26.224.0/20",
                serviceSubnet: "10.154.224.0/20",
                apiServerPort: 20_430,
                role: "primary",
                ...sources.node,
                featureGates: { KubeletInUserNamespace: true },
                kubeadmConfigPatches: ["kubeadm"],
                containerdConfigPatches: ["containerd"],
            }),
            MARK: "/kind/istio-fleet",
            NETWORK: "istio-fleet",
            KIND_EXPERIMENTAL_DOCKER_NETWORK: "istio-fleet",
        });
    });

    it("makes a cluster again when its network is another", () => {
        const { triggers } = recording.get(COMMAND, "west-kind").inputs;
        expect(triggers).to.deep.equal([environment("west").IDENTITY, NETWORK_ID]);
    });

    it("keeps the generation of a cluster that is live", () => {
        expect(environment("east").IDENTITY).to.match(/^0badcafe-/);
    });

    it("gives a cluster that is not there a generation of eight random digits", async () => {
        const again = await record(() => createClusters(plan, sources, CRD_FILES, OWNER, host));
        const { inputs } = again.recording.get(COMMAND, "west-kind");
        const identity = (inputs.environment as Record<string, string>).IDENTITY;
        expect(identity).to.match(/^[0-9a-f]{8}-/);
        expect(identity).not.to.equal(environment("west").IDENTITY);
    });

    it("gives each provider its cluster's kubeconfig, and tells makings of it apart", () => {
        expect(provider("west").inputs).to.deep.equal({
            kubeconfig: "stdout of west-kubeconfig",
            clusterIdentifier: environment("west").IDENTITY,
            deleteUnreachable: "true",
            upsertExistingObjects: "true",
            enableConfigMapMutable: "true",
            enableSecretMutable: "true",
        });
    });

    it("gives each cluster the CRDs when it is made, and starts its provider with them there", () => {
        const crds = recording.get(COMMAND, "west-crds-apply");
        expect(crds.inputs.environment).to.deep.equal({
            KIND_NODE: "west-control-plane",
            FILE: "file-of-both",
        });
        expect(crds.inputs.triggers).to.deep.equal([environment("west").IDENTITY]);
        const component = recording.get("istio-fleet:index:Crds", "west-crds");
        expect(recording.dependencyNames(component)).to.deep.equal(["west-kind"]);
        expect(recording.dependencyNames(provider("west"))).to.deep.equal([
            "west-crds-apply",
            "west-kubeconfig",
        ]);
    });

    it("lets the CRDs go with their cluster", () => {
        const component = recording.get("istio-fleet:index:Crds", "west-crds");
        expect(nameOf(component.deletedWith)).to.equal("west-kind");
    });

    it("keeps the provider's kubeconfig secret", () => {
        expect(provider("west").secrets).to.include("kubeconfig");
    });

    it("lets each provider go with its cluster", () => {
        expect(nameOf(provider("west").deletedWith)).to.equal("west-kind");
        expect(nameOf(provider("east").deletedWith)).to.equal("east-kind");
    });

    it("says what tells each cluster's node and making", () => {
        expect(clusters.map(({ access, identity }) => ({ access, identity }))).to.deep.equal([
            { access: { KIND_NODE: "east-control-plane" }, identity: environment("east").IDENTITY },
            { access: { KIND_NODE: "west-control-plane" }, identity: environment("west").IDENTITY },
        ]);
    });

    it("gives each cluster's plan and kubeconfig, the latter secret", async () => {
        expect(clusters.map(({ plan: { name } }) => name)).to.deep.equal(["east", "west"]);
        const kubeconfigs = clusters.map(({ kubeconfig }) => settled(kubeconfig));
        expect(await Promise.all(kubeconfigs)).to.deep.equal([
            { value: "stdout of east-kubeconfig", secret: true },
            { value: "stdout of west-kubeconfig", secret: true },
        ]);
    });
});
