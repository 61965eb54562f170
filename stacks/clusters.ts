// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import {
    type ClusterAccess,
    Crds,
    KindCluster,
    type KindClusterArgs,
    Leftovers,
    PodRoutes,
} from "../components";
import { Provider } from "../components/kubernetes";
import type { CrdFiles } from "./crds";
import { existingIdentity } from "../plan/existingCheck";
import type { ExistingFacts } from "../plan/existingFacts";
import type {
    ClusterPlan,
    ExistingClusterPlan,
    FleetPlan,
    KindClusterPlan,
    NetworkPlan,
} from "../plan/fleet";
import { generationOf } from "../plan/generation";
import { roleOf } from "../plan/labels";
import { STACK_LABEL } from "../plan/hostCheck";
import type { DockerNetwork, HostFacts } from "../plan/hostFacts";

/** A cluster that is there, with every CRD: what the other stacks put things into. */
export interface Cluster {
    readonly plan: ClusterPlan;
    /** How kubectl reaches it. */
    readonly access: ClusterAccess;
    /** Tells one making of the cluster from the next. */
    readonly identity: string;
    /** URL of its API server for this machine. */
    readonly apiServer: string;
    /** URL of its API server for the other clusters. */
    readonly peerApiServer: string;
    /** Whether it has, or may have, several nodes. */
    readonly severalNodes: boolean;
    /** Admin kubeconfig. Secret. */
    readonly kubeconfig: pulumi.Output<string>;
    /** Options for a component in the cluster: its provider, and that it goes when the cluster goes. */
    readonly inCluster: pulumi.ComponentResourceOptions;
}

/** Whose everything is. */
export interface Owner {
    /** Value of STACK_LABEL on the docker network. */
    readonly stack: string;
    /** Value of NAMESPACE_LABEL and CRD_LABEL in clusters. */
    readonly label: string;
}

/** What is there before anything is made. */
export interface Present extends Pick<HostFacts, "dockerNetworks" | "kindNodes"> {
    /** The existing clusters by name. */
    readonly existing: ReadonlyMap<string, ExistingFacts>;
}

/**
 * The clusters: kind clusters on a docker network, and existing ones as they are.
 *
 * @param crdFiles the CRDs that clusters are to serve, from fleetCrds.
 */
export function createClusters(
    plan: FleetPlan,
    sources: Sources,
    crdFiles: CrdFiles,
    owner: Owner,
    present: Present,
): Cluster[] {
    const makeKind = kindMaker(plan, sources, crdFiles.withMetalLb, owner.stack, present);
    const clusters = plan.clusters.map((cluster) =>
        cluster.host === "kind"
            ? makeKind(cluster)
            : takeExisting(cluster, crdFiles, owner.label, present.existing),
    );
    joinNetworks(clusters);
    return clusters;
}

/** Makes kind clusters on one network, which is made for the first of them. */
function kindMaker(
    plan: FleetPlan,
    sources: Sources,
    crdFile: pulumi.Input<string>,
    owner: string,
    { dockerNetworks, kindNodes }: Present,
): (cluster: KindClusterPlan) => Cluster {
    const fresh = () => randomBytes(4).toString("hex");
    let network: docker.Network | undefined;
    return (cluster) => {
        network ??= createNetwork(plan.network, owner, dockerNetworks);
        return createKind(cluster, sources, crdFile, {
            networkName: plan.network.name,
            networkSubnet: plan.network.subnet,
            networkId: network.id,
            generation: generationOf(cluster.name, kindNodes, fresh),
        });
    };
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

function createKind(
    plan: KindClusterPlan,
    { node }: Sources,
    crdFile: pulumi.Input<string>,
    place: Pick<KindClusterArgs, "networkName" | "networkSubnet" | "networkId" | "generation">,
): Cluster {
    const { name, workers } = plan;
    const kind = new KindCluster(name, {
        clusterName: name,
        ...place,
        podSubnet: plan.podSubnet,
        serviceSubnet: plan.serviceSubnet,
        apiServerPort: plan.apiServerPort,
        role: roleOf(plan),
        nodeImage: node.nodeImage,
        workers,
        disableDefaultCNI: node.disableDefaultCNI,
        featureGates: { ...node.featureGates },
        kubeadmConfigPatches: [...node.kubeadmConfigPatches],
        containerdConfigPatches: [...node.containerdConfigPatches],
    });
    const { access, identity, resource, kubeconfig } = kind;
    const opts = { dependsOn: [resource], deletedWith: resource };
    // kind's own network plugin routes between nodes; one that the image brings may not.
    const routes =
        workers > 0 && node.disableDefaultCNI
            ? [
                  new PodRoutes(
                      `${name}-routes`,
                      {
                          routesName: "nodes",
                          clusters: [{ clusterName: name, identity, group: name }],
                          joins: "nodes",
                      },
                      opts,
                  ).routed,
              ]
            : [];
    const crds = new Crds(`${name}-crds`, { access, identity, file: crdFile }, opts);
    const provider = new Provider(
        // A provider for each making of the cluster: the engine compares a resource's old provider
        // with its new one by name, so under one name a replacement that was interrupted half-way
        // would look finished.
        `${name}@${identity}`,
        {
            kubeconfig,
            // A new making of the cluster is another cluster, the same kubeconfig anew is not.
            clusterIdentifier: identity,
            // A kind cluster that does not answer has gone, and all in it.
            deleteUnreachable: true,
            ...PROVIDER_SETTINGS,
        },
        // The provider reads the schema once, at its start: the CRDs are to be in it.
        { deletedWith: resource, dependsOn: [crds.served, ...routes] },
    );
    return {
        plan,
        access,
        identity,
        apiServer: plan.apiServer,
        peerApiServer: plan.peerApiServer,
        severalNodes: workers > 0,
        kubeconfig,
        inCluster: { providers: [provider], deletedWith: resource },
    };
}

const PROVIDER_SETTINGS = {
    // What an interrupted run left is ours: nothing else of these names is there, or was refused.
    upsertExistingObjects: true,
    // Changed Helm values would otherwise replace istiod's ConfigMaps, delete first.
    enableConfigMapMutable: true,
    // And a token a remote secret: istiod forgets the other cluster when that goes for a moment.
    enableSecretMutable: true,
};

function takeExisting(
    plan: ExistingClusterPlan,
    crdFiles: CrdFiles,
    owner: string,
    present: ReadonlyMap<string, ExistingFacts>,
): Cluster {
    const facts = present.get(plan.name);
    if (!facts?.reachable) throw new Error(`cluster "${plan.name}" was not looked at`);
    const identity = existingIdentity(facts);
    const access = {
        KIND_NODE: "",
        KUBECONFIG: plan.kubeconfig,
        // The current one by its name: it may be another one when the fleet goes.
        KUBE_CONTEXT: facts.context,
    } as const;
    const kubeconfig = pulumi.secret(facts.kubeconfig);
    // The cluster stays when the fleet goes, so what is put into it is taken out.
    const leftovers = new Leftovers(`${plan.name}-leftovers`, { access, identity });
    const crds = new Crds(`${plan.name}-crds`, {
        access,
        identity,
        file: plan.addressPool === undefined ? crdFiles.istio : crdFiles.withMetalLb,
        deleteOwner: owner,
    });
    const provider = new Provider(
        `${plan.name}@${identity}`,
        { kubeconfig, clusterIdentifier: identity, ...PROVIDER_SETTINGS },
        { dependsOn: [crds.served, leftovers.last] },
    );
    return {
        plan,
        access,
        identity,
        apiServer: facts.server,
        peerApiServer: plan.peerApiServer ?? facts.server,
        severalNodes: true,
        kubeconfig,
        inCluster: { providers: [provider] },
    };
}

/**
 * Routes between the pods of kind clusters that share one of Istio's networks. One resource for all
 * of them: a cluster that leaves a network loses its routes by being in the list without mates.
 */
function joinNetworks(clusters: readonly Cluster[]): void {
    const kinds = clusters.filter(({ plan }) => plan.host === "kind");
    const networks = new Set(kinds.map(({ plan }) => plan.network));
    if (networks.size === kinds.length) return;
    const members = kinds.map(({ plan, identity }) => ({
        clusterName: plan.name,
        identity,
        group: plan.network,
    }));
    const made = kinds.flatMap(({ inCluster }) => inCluster.deletedWith ?? []);
    new PodRoutes(
        "flat-networks",
        { routesName: "clusters", clusters: members, joins: "clusters" },
        { dependsOn: made },
    );
}
