// SPDX-License-Identifier: Apache-2.0
import * as k8s from "./kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { ISTIO_NAMESPACE } from "../plan/namespaces";

/** Label of the networks of Istio's, on namespaces and gateways. */
const NETWORK_LABEL = "topology.istio.io/network";

/** The namespace with the cluster's network: istiod takes that of workloads without a sidecar from here. */
export function createIstioNamespace(
    name: string,
    network: string,
    labels: Readonly<Record<string, string>>,
    opts: pulumi.CustomResourceOptions,
    annotations: Readonly<Record<string, string>> = {},
): k8s.Namespace {
    const metadata = {
        name: ISTIO_NAMESPACE,
        labels: { ...labels, [NETWORK_LABEL]: network },
        ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
    };
    return new k8s.Namespace(`${name}-namespace`, { metadata }, opts);
}
