// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { edgeTokenRules } from "../metrics/edgeTokens";
import { FEDERATION } from "../metrics/names";
import * as k8s from "./kubernetes";
import { MONITORING_API, metadataOf } from "./prometheus";

/** Inputs of EdgeTokenRules. */
export interface EdgeTokenRulesArgs {
    /** The tokens by which this cluster observes others. */
    tokens: pulumi.Input<{ observed: string; expires: pulumi.Input<string> }[]>;
    /** Interval of rules, in seconds. */
    scrapeSeconds: number;
}

/** Makes the expiries of a cluster's edge tokens series of its federation. */
export class EdgeTokenRules extends pulumi.ComponentResource {
    constructor(name: string, args: EdgeTokenRulesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:EdgeTokenRules", name, args, opts);
        new k8s.CustomResource(
            `${name}-rules`,
            {
                apiVersion: MONITORING_API,
                kind: "PrometheusRule",
                metadata: metadataOf(FEDERATION, "edge-tokens"),
                spec: {
                    groups: pulumi
                        .output(args.tokens)
                        .apply((tokens) => edgeTokenRules(tokens, args)),
                },
            },
            { parent: this },
        );
        this.registerOutputs();
    }
}
