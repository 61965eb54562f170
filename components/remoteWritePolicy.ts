// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { RECEIVE_SERVICE, REMOTE_WRITE_PORT, senderAccount } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";
import { TAKES_REMOTE_WRITE } from "./remoteWriteService";

/** Inputs of RemoteWritePolicy. */
export interface RemoteWritePolicyArgs {
    /** Trust domain of the mesh. */
    trustDomain: string;
    /** Names of the clusters whose federation may write. None: nobody may. */
    senders: readonly string[];
}

/**
 * Who may write into Thanos: the federations of the senders, by their identity in the mesh, and
 * nothing else. A sender that is refused drops its samples for good, and one that is let in too much
 * can write what it likes, so no change may open or close the door at a wrong moment:
 *   - ThanosReceive depends on this component: the door is there before the house, and after it.
 *   - What sends depends on it too. Each sender has a policy of its own (Istio takes a request that any
 *     of them allows): a new one is let in before it sends, one that leaves is let in until it has
 *     stopped, and the policies of the others are not touched.
 *   - One policy allows nothing. It makes all who have no other refused, also when there is no sender.
 */
export class RemoteWritePolicy extends pulumi.ComponentResource {
    constructor(name: string, args: RemoteWritePolicyArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:RemoteWritePolicy", name, args, opts);
        const mtls = new k8s.CustomResource(`${name}-mtls`, strictMtls, { parent: this });
        const nobody = new k8s.CustomResource(`${name}-nobody`, allowNobody, {
            parent: this,
            dependsOn: [mtls],
        });
        for (const sender of args.senders) {
            new k8s.CustomResource(
                `${name}-sender-${sender}`,
                allowSender(args.trustDomain, sender),
                // So that a policy that allows somebody is never alone.
                { parent: this, dependsOn: [nobody] },
            );
        }
        this.registerOutputs();
    }
}

const selector = { matchLabels: TAKES_REMOTE_WRITE };

/** Without it a client without a certificate would have no identity, but be heard. */
export const strictMtls: k8s.CustomResourceArgs = {
    apiVersion: "security.istio.io/v1",
    kind: "PeerAuthentication",
    metadata: { name: RECEIVE_SERVICE, namespace: MONITORING_NAMESPACE },
    spec: { selector, mtls: { mode: "STRICT" } },
};

/** An ALLOW without rules allows nothing; an empty list of principals in a rule would be anybody. */
export const allowNobody: k8s.CustomResourceArgs = {
    apiVersion: "security.istio.io/v1",
    kind: "AuthorizationPolicy",
    metadata: { name: RECEIVE_SERVICE, namespace: MONITORING_NAMESPACE },
    spec: { selector, action: "ALLOW" },
};

/** Lets the federation of one cluster write. */
export function allowSender(trustDomain: string, sender: string): k8s.CustomResourceArgs {
    const account = `ns/${MONITORING_NAMESPACE}/sa/${senderAccount(sender)}`;
    return {
        apiVersion: "security.istio.io/v1",
        kind: "AuthorizationPolicy",
        metadata: { name: `${RECEIVE_SERVICE}-${sender}`, namespace: MONITORING_NAMESPACE },
        spec: {
            selector,
            action: "ALLOW",
            rules: [
                {
                    from: [{ source: { principals: [`${trustDomain}/${account}`] } }],
                    to: [
                        {
                            operation: {
                                ports: [String(REMOTE_WRITE_PORT)],
                                methods: ["POST"],
                                paths: ["/api/v1/receive"],
                            },
                        },
                    ],
                },
            ],
        },
    };
}
