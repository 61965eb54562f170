// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import { acceptedInDryRun } from "./dryRun";
import type { ClusterAccess } from "./kubectl";

/** Inputs of IstiodWebhook. */
export interface IstiodWebhookArgs {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /** Tells one making of the cluster from the next. */
    identity: string;
}

/**
 * Stands for istiod's validation being served in a cluster. It asks in namespace monitoring, where the
 * fleet may make such objects. What is of Istio's kinds, and does not
 * come after a pod that istiod injected, depends on it.
 */
export class IstiodWebhook extends pulumi.ComponentResource {
    constructor(name: string, args: IstiodWebhookArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:IstiodWebhook", name, args, opts);
        const object = {
            apiVersion: "security.istio.io/v1",
            kind: "PeerAuthentication",
            metadata: { generateName: "try-", namespace: MONITORING_NAMESPACE },
            spec: { selector: { matchLabels: { "istio-fleet.io/nothing": "has this" } } },
        };
        acceptedInDryRun(`${name}-serves`, { ...args, object }, { parent: this });
        this.registerOutputs();
    }
}
