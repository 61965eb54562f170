// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";

/** Inputs of MonitoringNamespace. */
export interface MonitoringNamespaceArgs {
    /** Labels of the namespace. */
    labels: Readonly<Record<string, string>>;
}

/**
 * The namespace of everything that measures. Pods there ask for a sidecar one by one: only remote
 * write goes through the mesh.
 */
export class MonitoringNamespace extends pulumi.ComponentResource {
    constructor(
        name: string,
        args: MonitoringNamespaceArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:MonitoringNamespace", name, args, opts);
        const metadata = { name: MONITORING_NAMESPACE, labels: { ...args.labels } };
        new k8s.Namespace(`${name}-namespace`, { metadata }, { parent: this });
        this.registerOutputs();
    }
}
