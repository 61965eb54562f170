// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { MARK } from "../plan/generation";
import type { Role } from "../plan/labels";
import { CREATE, DELETE, KUBECONFIG, UPDATE } from "./kindScripts";
import { checkPlainName } from "./plainName";

/** What a kind cluster is made of. Every property but `generation` is fixed for its life. */
export interface KindClusterArgs {
    /**
     * Name of the kind cluster, which kind wants to be `[a-z0-9.-]+`; it also begins with a letter or
     * a digit. Its node is the container `<clusterName>-control-plane`.
     */
    clusterName: string;
    /** Tells this making of the cluster from the next one; a new value replaces the cluster. */
    generation: string;
    /** Name of the docker network that the nodes join. */
    networkName: string;
    /** CIDR block of that network. */
    networkSubnet: string;
    /** Id of that network: a new network needs a new cluster. */
    networkId: pulumi.Input<string>;
    /** CIDR block of the pods. */
    podSubnet: string;
    /** CIDR block of the services. */
    serviceSubnet: string;
    /** Port of the API server on 127.0.0.1. */
    apiServerPort: number;
    /** What it is in the mesh: what one role has would be in the other's way. */
    role: Role;
    /** Image of the nodes. */
    nodeImage: string;
    /** Number of nodes beside the control plane. Defaults to 0. */
    workers?: number;
    /** Leaves out kind's own network plugin. Defaults to false. */
    disableDefaultCNI?: boolean;
    /** Kubernetes feature gates. Defaults to none. */
    featureGates?: Record<string, boolean>;
    /** Patches of kubeadm's config, each a YAML text. Defaults to none. */
    kubeadmConfigPatches?: string[];
    /** Patches of containerd's config, each a TOML text. Defaults to none. */
    containerdConfigPatches?: string[];
}

/** A kind cluster. It counts as made when the node is Ready and kube-proxy serves. */
export class KindCluster extends pulumi.ComponentResource {
    /** Admin kubeconfig of the cluster, with the server on 127.0.0.1. Secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** How kubectl reaches it. */
    public readonly access: { readonly KIND_NODE: string };
    /** Known before the cluster is made, and different for each making of it. */
    public readonly identity: string;
    /** The resource that stands for the cluster: what lives in the cluster is deleted with it. */
    public readonly resource: command.local.Command;

    constructor(name: string, args: KindClusterArgs, opts?: pulumi.ComponentResourceOptions) {
        checkPlainName("clusterName", args.clusterName);
        super("istio-fleet:index:KindCluster", name, args, opts);
        this.access = { KIND_NODE: `${args.clusterName}-control-plane` };
        this.identity = clusterIdentity(args);
        const making = [this.identity, args.networkId];
        this.resource = new command.local.Command(
            `${name}-kind`,
            {
                create: CREATE,
                update: UPDATE,
                delete: DELETE,
                stdin: JSON.stringify(kindConfig(args, this.identity)),
                environment: {
                    CLUSTER: args.clusterName,
                    IDENTITY: this.identity,
                    MARK,
                    NETWORK: args.networkName,
                    KIND_EXPERIMENTAL_DOCKER_NETWORK: args.networkName,
                },
                triggers: making,
                addPreviousOutputInEnv: false,
                logging: command.local.Logging.None,
            },
            {
                parent: this,
                // The name and the port are taken until the old cluster has gone.
                deleteBeforeReplace: true,
                // What kubeadm says when it fails may have a token in it.
                additionalSecretOutputs: ["stdout", "stderr"],
            },
        );
        // Apart from the cluster: when a script of that changes, its outputs are unknown in the
        // preview, and with the kubeconfig everything in the cluster would look deleted.
        const kubeconfig = new command.local.Command(
            `${name}-kubeconfig`,
            {
                create: KUBECONFIG,
                environment: { CLUSTER: args.clusterName },
                triggers: making,
                // The previous kubeconfig has no business in a script's environment.
                addPreviousOutputInEnv: false,
                logging: command.local.Logging.None,
            },
            {
                parent: this,
                dependsOn: [this.resource],
                deletedWith: this.resource,
                replaceWith: [this.resource],
                additionalSecretOutputs: ["stdout", "stderr"],
            },
        );
        this.kubeconfig = pulumi.secret(kubeconfig.stdout);
        this.registerOutputs({ kubeconfig: this.kubeconfig, identity: this.identity });
    }
}

/**
 * A text that is the same as long as the cluster may stay: the generation, and a hash of everything
 * that cannot change in place. The network's id is not known yet; its name and subnet stand for it.
 */
export function clusterIdentity(args: KindClusterArgs): string {
    const hash = createHash("sha256")
        .update(
            JSON.stringify([args.networkName, args.networkSubnet, args.role, kindConfig(args, "")]),
        )
        .digest("hex");
    return `${args.generation}-${hash.slice(0, 12)}`;
}

/** The kind config, as an object: JSON is YAML, and needs no quoting rules of ours. */
export function kindConfig(args: KindClusterArgs, identity: string): object {
    return {
        kind: "Cluster",
        apiVersion: "kind.x-k8s.io/v1alpha4",
        name: args.clusterName,
        networking: {
            apiServerAddress: "127.0.0.1",
            apiServerPort: args.apiServerPort,
            podSubnet: args.podSubnet,
            serviceSubnet: args.serviceSubnet,
            disableDefaultCNI: args.disableDefaultCNI ?? false,
        },
        featureGates: args.featureGates ?? {},
        kubeadmConfigPatches: args.kubeadmConfigPatches ?? [],
        containerdConfigPatches: args.containerdConfigPatches ?? [],
        nodes: [
            {
                role: "control-plane",
                image: args.nodeImage,
                extraMounts: [
                    {
                        hostPath: "/dev/null",
                        containerPath: `${MARK}/${identity}`,
                        readOnly: true,
                    },
                ],
            },
            ...Array.from({ length: args.workers ?? 0 }, () => ({
                role: "worker",
                image: args.nodeImage,
            })),
        ],
    };
}
