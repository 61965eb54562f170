// SPDX-License-Identifier: Apache-2.0
import { Provider } from "../../components/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Recording } from "./mocks";

/** Name of the provider that componentOptions make. */
export const PROVIDER = "provider-of-the-cluster";

/** Options for a component in a cluster. Within a recorded program only. */
export function inCluster(): pulumi.ComponentResourceOptions {
    return { providers: [new Provider(PROVIDER, { kubeconfig: "kubeconfig" })] };
}

/** The providers of all Kubernetes resources, charts among them, each once. */
export function kubernetesProviders({ all }: Recording): string[] {
    const resources = all.filter(({ type }) => type.startsWith("kubernetes:"));
    const names = resources.map(({ custom, provider, providers }) =>
        custom ? provider : (providers.kubernetes ?? ""),
    );
    return [...new Set(names)];
}
