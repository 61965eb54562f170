// SPDX-License-Identifier: Apache-2.0
import type { Right } from "./existingRights";

/** A node, as far as addresses are concerned. */
export interface NodeFacts {
    readonly name: string;
    /** Its addresses of type InternalIP. */
    readonly addresses: readonly string[];
    /** CIDR blocks of its pods, as far as the cluster gives them out by node. */
    readonly podCidrs: readonly string[];
}

/** A namespace that the fleet would make. */
export interface NamespaceFacts {
    readonly name: string;
    /** Value of NAMESPACE_LABEL: the stack that made it. */
    readonly owner: string | undefined;
    /** Value of MEMBER_LABEL: the cluster and role that it was made for. */
    readonly member?: string | undefined;
}

/** Name of an object in a namespace. */
export interface ObjectName {
    readonly namespace: string;
    readonly name: string;
}

/** A mutating webhook of Istio's injector. */
export interface InjectorFacts {
    readonly name: string;
    /** Namespace of the istiod that it calls; undefined where it calls a URL. */
    readonly namespace: string | undefined;
}

/** A cluster that cannot be looked at. */
export interface UnreachableCluster {
    readonly reachable: false;
    /** What stands in the way: the tool, the file, the context in it, or the API server. */
    readonly why: "kubectl" | "kubeconfig" | "context" | "server";
    /** In words, as half a sentence. */
    readonly reason: string;
}

/** What a cluster that somebody else made has already. What may not be read is empty here. */
export interface ReachableCluster {
    readonly reachable: true;
    /** URL of the API server, from the kubeconfig. */
    readonly server: string;
    /** Name of the context, the current one if none was given. */
    readonly context: string;
    /** The one context of the kubeconfig, with all files in it, as JSON. It has keys: a secret. */
    readonly kubeconfig: string;
    /** UID of its namespace kube-system, which tells clusters apart; empty if it may not be read. */
    readonly uid: string;
    readonly nodes: readonly NodeFacts[];
    /** Of the namespaces that the fleet makes, those that are there. */
    readonly namespaces: readonly NamespaceFacts[];
    /** Deployments of istiod, in any namespace. */
    readonly istiods: readonly ObjectName[];
    readonly injectors: readonly InjectorFacts[];
    /** Deployments of MetalLB's controller, in any namespace. */
    readonly metalLbs: readonly ObjectName[];
    /** Names of the CRDs that this stack did not apply, by CRD_LABEL. */
    readonly otherCrds: readonly string[];
    /**
     * Whether a volume gets a storage class by itself. Undefined where none is claimed, or that may
     * not be read.
     */
    readonly defaultStorageClass: boolean | undefined;
    /** What the fleet has to do there and may not. */
    readonly missing: readonly Right[];
}

export type ExistingFacts = UnreachableCluster | ReachableCluster;
