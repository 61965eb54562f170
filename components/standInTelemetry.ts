// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Telemetry } from "../bundle";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";

/**
 * Statistics for a mesh whose Envoy lacks Istio's own: an EnvoyFilter, for every proxy that the
 * cluster's istiod serves, that has Envoy count requests by what its access log knows. Only bundles
 * ask for it.
 */
export class StandInTelemetry extends pulumi.ComponentResource {
    constructor(name: string, args: Telemetry, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:StandInTelemetry", name, {}, opts);
        new k8s.CustomResource(
            `${name}-filter`,
            {
                apiVersion: "networking.istio.io/v1alpha3",
                kind: "EnvoyFilter",
                metadata: { name: "stand-in-telemetry", namespace: ISTIO_NAMESPACE },
                spec: args.envoyFilterSpec,
            },
            { parent: this },
        );
        this.registerOutputs();
    }
}
