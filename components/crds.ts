// SPDX-License-Identifier: Apache-2.0
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { CRD_LABEL } from "../plan/labels";
import { CRD_FOLDER_SH } from "./crdFile";
import { type ClusterAccess, DEADLINE, KUBECTL, SAME_CLUSTER } from "./kubectl";

/** Inputs of Crds. */
export interface CrdsArgs {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /**
     * Value of CRD_LABEL of the CRDs that go when this is deleted, with everything of theirs, for a
     * cluster that stays. Defaults to none.
     */
    deleteOwner?: string;
    /** Tells one making of the cluster from the next; of an existing one the UID of kube-system. */
    identity: string;
    /** Name of the file with the CRDs, from writeCrdFile. */
    file: pulumi.Input<string>;
}

/**
 * The CRDs of a cluster, applied server-side in one go. As resources they would be nine tenths of
 * the state, which is written for every step; and the provider reads the API server's whole schema
 * again after each CRD, while the engine, which checks one resource at a time, waits. The price: a
 * CRD that is changed by hand is not seen by a refresh.
 *
 * When the charts bring other CRDs these are applied too. One that they no longer bring stays, with
 * the objects of its kind, as Helm has it.
 */
export class Crds extends pulumi.ComponentResource {
    /** Stands for the CRDs being served: what makes or reads objects of their kinds depends on it. */
    public readonly served: pulumi.Resource;

    constructor(name: string, args: CrdsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:Crds", name, args, opts);
        this.served = new command.local.Command(
            `${name}-apply`,
            {
                create: APPLY_CRDS,
                update: APPLY_CRDS,
                ...(args.deleteOwner === undefined ? {} : { delete: DELETE_CRDS }),
                environment: {
                    ...args.access,
                    FILE: args.file,
                    ...(args.deleteOwner === undefined
                        ? {}
                        : { OWNER: args.deleteOwner, CLUSTER_UID: args.identity }),
                },
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
 * Applies the file, and ends when the API server serves every kind. `kubectl wait` would take four
 * seconds for what one look shows. Without client-side validation, which reads the whole schema:
 * the server validates too.
 */
export const APPLY_CRDS = `set -eu
exec >&2
file="${CRD_FOLDER_SH}/$FILE.json"
${KUBECTL}${DEADLINE}established='{range .items[*]}{.status.conditions[?(@.type=="Established")].status}{"\\n"}{end}'
in_cluster apply --server-side --force-conflicts --field-manager=istio-fleet --validate=false \\
    --filename=- <"$file" >/dev/null
until served=$(in_cluster get --filename=- --output="jsonpath=$established" <"$file") &&
    ! printf '%s\\n' "$served" | grep -qvx True; do
    again "crds: the API server of \${KIND_NODE:-$KUBECONFIG $KUBE_CONTEXT} does not serve them after 120 s"
done
`;

/** Removes the CRDs that bear our label with the stack's name. */
export const DELETE_CRDS = `set -eu
exec >&2
${KUBECTL}${SAME_CLUSTER}in_cluster delete customresourcedefinitions --selector="${CRD_LABEL}=$OWNER" --ignore-not-found
`;
