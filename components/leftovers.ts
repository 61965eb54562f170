// SPDX-License-Identifier: Apache-2.0
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { type ClusterAccess, KUBECTL, SAME_CLUSTER } from "./kubectl";

/** Inputs of Leftovers. */
export interface LeftoversArgs {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /** UID of its namespace kube-system: another cluster is left alone. */
    identity: string;
}

/**
 * Nothing while Istio is there; takes away what istiod itself made outside its namespace when this is
 * deleted, which is after istiod. For clusters that outlive the fleet.
 */
export class Leftovers extends pulumi.ComponentResource {
    /** What is to be deleted before: it depends on this. */
    public readonly last: pulumi.Resource;

    constructor(name: string, args: LeftoversArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:Leftovers", name, args, opts);
        this.last = new command.local.Command(
            `${name}-delete`,
            {
                create: ":",
                update: ":",
                delete: DELETE_LEFTOVERS,
                environment: { ...args.access, CLUSTER_UID: args.identity },
                triggers: [args.identity],
                addPreviousOutputInEnv: false,
                logging: command.local.Logging.None,
            },
            { parent: this },
        );
        this.registerOutputs();
    }
}

/**
 * istiod writes the root certificate, and what is revoked, to every namespace
 * (pilot/pkg/serviceregistry/kube/controller/namespacecontroller.go).
 */
export const DELETE_LEFTOVERS = `set -eu
exec >&2
${KUBECTL}${SAME_CLUSTER}found=$(in_cluster get configmaps --all-namespaces --selector=istio.io/config=true \\
    --output='jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name}{"\\n"}{end}')
printf '%s\\n' "$found" | while read -r namespace name; do
    case "$name" in
    istio-ca-root-cert | istio-ca-crl)
        in_cluster --namespace="$namespace" delete configmap "$name" --ignore-not-found </dev/null
        ;;
    esac
done
`;
