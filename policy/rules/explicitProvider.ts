// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import type { PolicyResource, Rule } from "./rule";

/** Nothing reaches the cluster that the kubeconfig of whoever runs Pulumi happens to name. */
export const explicitProvider: Rule = {
    name: "explicit-provider",
    description: "Every Kubernetes object names its cluster, by a provider with a kubeconfig.",
    settings: {},
    check: (resource) => [...ofDefault(resource), ...ofAmbient(resource)],
};

/** What fix there is either way. */
const FIX =
    "Give it the provider of its cluster, as cluster.inCluster of stacks/clusters.ts does for all below.";

function ofDefault({ type, provider }: PolicyResource): Problem[] {
    // The engine's own are default, default_4_34_2 and the like.
    if (!type.startsWith("kubernetes:") || !/^default(_|$)/.test(provider?.name ?? "")) return [];
    return [
        {
            property: "provider",
            value: provider?.name,
            rule: "must not be Pulumi's default one, which leads to the cluster of whoever runs it",
            fix: FIX,
        },
    ];
}

function ofAmbient({ type, provider }: PolicyResource): Problem[] {
    if (!type.startsWith("kubernetes:") || provider === undefined) return [];
    if (/^default(_|$)/.test(provider.name)) return [];
    const { kubeconfig, renderYamlToDirectory } = provider.props;
    if (!isEmpty(kubeconfig) || !isEmpty(renderYamlToDirectory)) return [];
    return [
        {
            property: "provider.kubeconfig",
            value: kubeconfig,
            rule: `must be set in provider ${JSON.stringify(provider.name)}: it leads to the cluster of whoever runs it`,
            fix: FIX,
        },
    ];
}

function isEmpty(value: unknown): boolean {
    return value === undefined || value === "";
}
