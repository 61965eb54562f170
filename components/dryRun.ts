// SPDX-License-Identifier: Apache-2.0
import * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { CustomResourceArgs } from "./kubernetes";
import { type ClusterAccess, DEADLINE, KUBECTL } from "./kubectl";

/** A cluster, and an object for its API server. */
export interface DryRunArgs {
    /** How kubectl reaches the cluster. */
    readonly access: ClusterAccess;
    /** Tells one making of the cluster from the next. */
    readonly identity: string;
    /** What a webhook is to accept. It is not made. */
    readonly object: CustomResourceArgs;
}

/**
 * Stands for an admission webhook that answers the API server: it has accepted an object in a
 * server-side dry run. Its pod is Ready before kube-proxy routes to it, and in between everything
 * that it would look at is refused.
 */
export function acceptedInDryRun(
    name: string,
    { access, identity, object }: DryRunArgs,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new command.local.Command(
        name,
        {
            create: AWAIT_WEBHOOK,
            update: ":",
            stdin: JSON.stringify(object),
            environment: { ...access },
            triggers: [identity],
            addPreviousOutputInEnv: false,
            logging: command.local.Logging.None,
        },
        opts,
    );
}

/** Ends when an object on standard input passes a server-side dry run. */
export const AWAIT_WEBHOOK = `set -eu
exec >&2
object=$(cat)
${KUBECTL}${DEADLINE}until said=$(printf '%s' "$object" | in_cluster create --dry-run=server --filename=- 2>&1); do
    again "webhook: in \${KIND_NODE:-$KUBECONFIG $KUBE_CONTEXT} it does not accept an object after 120 s: $said"
done
`;
