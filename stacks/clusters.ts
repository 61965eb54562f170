// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import { Crds, KindCluster, type KindClusterArgs } from "../components";
import { Provider } from "../components/kubernetes";
import type { ClusterPlan, FleetPlan, NetworkPlan } from "../plan/fleet";
import { generationOf } from "../plan/generation";
import { STACK_LABEL } from "../plan/hostCheck";
import type { DockerNetwork, HostFacts } from "../plan/hostFacts";

/** A cluster that is there, with every CRD: what the other stacks put things into. */
export interface Cluster {
    readonly plan: ClusterPlan;
    /** Container of its control plane. */
    readonly node: string;
    /** Tells one making of the cluster from the next. */
    readonly identity: string;
    /** Admin kubeconfig. Secret. */
    readonly kubeconfig: pulumi.Output<string>;
    /** Options for a component in the cluster: its provider, and that it goes when the cluster goes. */
    readonly inCluster: pulumi.ComponentResourceOptions;
}

/**
 * The docker network and the kind clusters on it.
 *
 * @param crdFile name of the file with the CRDs that every cluster is to serve, from fleetCrds.
 * @param owner value of STACK_LABEL: whose network it is.
 * @param host the docker networks and kind nodes that are on this machine now.
 */
export function createClusters(
    plan: FleetPlan,
    sources: Sources,
    crdFile: pulumi.Input<string>,
    owner: string,
    { dockerNetworks, kindNodes }: Pick<HostFacts, "dockerNetworks" | "kindNodes">,
): Cluster[] {
    const network = createNetwork(plan.network, owner, dockerNetworks);
    const fresh = () => randomBytes(4).toString("hex");
    return plan.clusters.map((cluster) =>
        createCluster(cluster, sources, crdFile, {
            networkName: plan.network.name,
            networkSubnet: plan.network.subnet,
            networkId: network.id,
            generation: generationOf(cluster.name, kindNodes, fresh),
        }),
    );
}

function createNetwork(
    plan: NetworkPlan,
    owner: string,
    present: readonly DockerNetwork[],
): docker.Network {
    const own = present.find(
        ({ name, labels }) => name === plan.name && labels[STACK_LABEL] === owner,
    );
    return new docker.Network(
        `network-${plan.name}`,
        {
            name: plan.name,
            driver: "bridge",
            ipamConfigs: [{ subnet: plan.subnet, ipRange: plan.nodeRange, gateway: plan.gateway }],
            labels: [{ label: STACK_LABEL, value: owner }],
        },
        // One that a killed run has made but not recorded. Of one in the state it changes nothing.
        own ? { import: own.id } : {},
    );
}

function createCluster(
    plan: ClusterPlan,
    { node }: Sources,
    crdFile: pulumi.Input<string>,
    place: Pick<KindClusterArgs, "networkName" | "networkSubnet" | "networkId" | "generation">,
): Cluster {
    const kind = new KindCluster(plan.name, {
        clusterName: plan.name,
        ...place,
        podSubnet: plan.podSubnet,
        serviceSubnet: plan.serviceSubnet,
        apiServerPort: plan.apiServerPort,
        nodeImage: node.nodeImage,
        disableDefaultCNI: node.disableDefaultCNI,
        featureGates: { ...node.featureGates },
        kubeadmConfigPatches: [...node.kubeadmConfigPatches],
        containerdConfigPatches: [...node.containerdConfigPatches],
    });
    const crds = new Crds(
        `${plan.name}-crds`,
        { node: kind.node, identity: kind.identity, file: crdFile },
        { dependsOn: [kind.resource], deletedWith: kind.resource },
    );
    const provider = new Provider(
        // A provider for each making of the cluster: the engine compares a resource's old provider
        // with its new one by name, so under one name a replacement that was interrupted half-way
        // would look finished.
        `${plan.name}@${kind.identity}`,
        {
            kubeconfig: kind.kubeconfig,
            // A new making of the cluster is another cluster, the same kubeconfig anew is not.
            clusterIdentifier: kind.identity,
            // A kind cluster that does not answer has gone, and all in it; what an interrupted run
            // left in one that does answer is ours.
            deleteUnreachable: true,
            upsertExistingObjects: true,
            // Changed Helm values would otherwise replace istiod's ConfigMaps, delete first.
            enableConfigMapMutable: true,
        },
        // The provider reads the schema once, at its start: the CRDs are to be in it.
        { deletedWith: kind.resource, dependsOn: [crds.served] },
    );
    return {
        plan,
        node: kind.node,
        identity: kind.identity,
        kubeconfig: kind.kubeconfig,
        inCluster: { providers: [provider], deletedWith: kind.resource },
    };
}
