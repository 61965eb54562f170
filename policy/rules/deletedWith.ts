// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import { type Props, isMap, mapAt } from "./tree";

/*
 * Pulumi tells a policy pack nothing of deletedWith (AnalyzerResourceOptions in its analyzer.proto), so
 * this rule reads what Pulumi writes: a preview or a state, as JSON.
 */

/** A resource as Pulumi writes it. */
export interface WrittenResource {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Props;
    /** `urn::id` of its provider. */
    readonly provider?: string;
    readonly deletedWith?: string;
    /** Whether it is only waiting to be deleted. */
    readonly delete?: boolean;
}

/** What is wrong with a resource. */
export interface Finding {
    readonly urn: string;
    readonly problem: Problem;
}

const PROVIDER = "pulumi:providers:kubernetes";

/**
 * Whatever is in a kind cluster is deleted with it: piece by piece it would cost minutes, and fail once
 * the cluster has gone. An existing cluster stays, and there everything is deleted by itself.
 *
 * @param resources all of them, the providers too.
 */
export function checkDeletedWith(resources: readonly WrittenResource[]): Finding[] {
    const present = resources.filter((resource) => resource.delete !== true);
    const providers = new Map(
        present.filter(({ type }) => type === PROVIDER).map((one) => [one.urn, one] as const),
    );
    return present.flatMap((resource) => {
        const problem = problemOf(resource, providers);
        return problem === undefined ? [] : [{ urn: resource.urn, problem }];
    });
}

function problemOf(
    resource: WrittenResource,
    providers: ReadonlyMap<string, WrittenResource>,
): Problem | undefined {
    const { type, provider: reference = "", deletedWith } = resource;
    if (isKind(resource) || isCommandInKind(resource)) {
        return isSet(deletedWith) ? undefined : missing(undefined);
    }
    if (!type.startsWith("kubernetes:") || reference === "") return undefined;
    const provider = providers.get(reference.replace(/::[^:]*$/, ""));
    if (provider === undefined) return unknownProvider(reference);
    if (!isKind(provider)) return undefined;
    // With that the provider itself is wrong, and said to be.
    const cluster = provider.deletedWith;
    return deletedWith === cluster || !isSet(cluster) ? undefined : missing(deletedWith);
}

/**
 * Only what goes with its cluster may be forgotten when the cluster does not answer: stacks/clusters.ts
 * sets this for kind clusters, and not for existing ones.
 */
function isKind({ type, inputs }: WrittenResource): boolean {
    return type === PROVIDER && String(inputs?.deleteUnreachable) === "true";
}

/** A command that kubectl runs in a kind node. It has no provider that would tell. */
function isCommandInKind({ type, inputs }: WrittenResource): boolean {
    const { KIND_NODE: node } = mapAt(inputs, "environment");
    return type === "command:local:Command" && typeof node === "string" && node !== "";
}

function isSet(deletedWith: string | undefined): boolean {
    return deletedWith !== undefined && deletedWith !== "";
}

function missing(deletedWith: string | undefined): Problem {
    return {
        property: "deletedWith",
        value: isSet(deletedWith) ? deletedWith : undefined,
        rule: "must be the kind cluster that it is in",
        fix: "Give it, or the component around it, cluster.inCluster of stacks/clusters.ts.",
    };
}

function unknownProvider(reference: string): Problem {
    return {
        property: "provider",
        value: reference,
        rule: "must be among the resources, for it says whether the cluster is kind's",
        fix: "Give all of a preview: pulumi preview --json --show-sames.",
    };
}

/**
 * The resources of `pulumi stack export`, or those that are there after a `pulumi preview --json`.
 *
 * @throws Error when it is neither.
 */
export function writtenResources(content: unknown): WrittenResource[] {
    if (isMap(content)) {
        const { deployment, steps } = content;
        if (isMap(deployment)) return (deployment.resources ?? []) as WrittenResource[];
        if (Array.isArray(steps)) {
            const states = (steps as { newState?: WrittenResource }[]).flatMap(
                ({ newState }) => newState ?? [],
            );
            // A replacement has several steps.
            return [...new Map(states.map((state) => [state.urn, state])).values()];
        }
    }
    throw new Error("must be the JSON of pulumi stack export, or of pulumi preview --json");
}
