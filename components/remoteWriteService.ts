// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { RECEIVE_SERVICE, REMOTE_WRITE_PORT } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";

/** Label of the pods that take remote write. A label of its own: routers or ingestors may have it. */
export const TAKES_REMOTE_WRITE = { "istio-fleet.io/takes": "remote-write" };

/**
 * The Service that remote write goes to. In every cluster that sends, for there it is resolved, and in
 * the central one, where alone there are pods that it selects: the mesh leads all of them there.
 */
export class RemoteWriteService extends pulumi.ComponentResource {
    constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:RemoteWriteService", name, {}, opts);
        new k8s.Service(`${name}-service`, remoteWriteService, { parent: this });
        this.registerOutputs();
    }
}

/** The same in all clusters. It is not scraped, so it has none of the labels for that. */
export const remoteWriteService = {
    metadata: {
        name: RECEIVE_SERVICE,
        namespace: MONITORING_NAMESPACE,
        // Outside of the central cluster it has no endpoints, ever.
        annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
        selector: TAKES_REMOTE_WRITE,
        // The name tells Istio that it is HTTP.
        ports: [
            {
                name: "http-remote-write",
                port: REMOTE_WRITE_PORT,
                targetPort: REMOTE_WRITE_PORT,
            },
        ],
    },
};
