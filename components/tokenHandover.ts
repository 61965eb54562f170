// SPDX-License-Identifier: Apache-2.0
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import { TOKEN_ACCOUNT_LABEL } from "./expiringToken";
import { type ClusterAccess, DEADLINE, KUBECTL, SAME_CLUSTER } from "./kubectl";

/** A cluster at one end of an edge. */
export interface EdgeEnd {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /** Tells one making of the cluster from the next; of an existing one the UID of kube-system. */
    identity: string;
    /** What the cluster goes with; undefined for one that stays when the fleet goes. */
    deletedWith: pulumi.Resource | undefined;
}

/** Inputs of TokenHandover. */
export interface TokenHandoverArgs {
    /** The cluster whose istiod uses the token. */
    observing: EdgeEnd;
    /** The cluster that the token is for, and its name. */
    observed: EdgeEnd & { clusterName: string };
    /** Name of the remote secret with the token. */
    remoteSecret: pulumi.Input<string>;
    /** Name of the account that the token is of. */
    account: string;
    /** What the token is bound to: revoked is whatever else of the account's is there. */
    boundTo: pulumi.Input<string>;
}

/**
 * From an old token to a new one: waits until every istiod uses the new one, and only then revokes the
 * old. An update that ends in between leaves both valid, and the next one goes on. Deleting this revokes
 * the last one too.
 */
export class TokenHandover extends pulumi.ComponentResource {
    constructor(name: string, args: TokenHandoverArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:TokenHandover", name, args, opts);
        const taken = this.awaitTaken(name, args);
        this.revokeOthers(name, args, taken);
        this.registerOutputs();
    }

    private awaitTaken(
        name: string,
        { observing, observed, remoteSecret, boundTo }: TokenHandoverArgs,
    ): pulumi.Resource {
        return new command.local.Command(
            `${name}-taken`,
            {
                // Also of a first token: there may have been one that does not expire.
                create: AWAIT_TAKEN,
                update: AWAIT_TAKEN,
                environment: {
                    ...observing.access,
                    NAMESPACE: ISTIO_NAMESPACE,
                    REMOTE_SECRET: remoteSecret,
                    OBSERVED: observed.clusterName,
                    BOUND_NAME: boundTo,
                },
                triggers: [observing.identity],
                ...SETTINGS,
            },
            { parent: this, ...within(observing) },
        );
    }

    private revokeOthers(
        name: string,
        { observed, account, boundTo }: TokenHandoverArgs,
        taken: pulumi.Resource,
    ): void {
        new command.local.Command(
            `${name}-revoked`,
            {
                create: ":",
                update: REVOKE_OTHERS,
                delete: REVOKE_ALL,
                environment: {
                    ...observed.access,
                    CLUSTER_UID: observed.identity,
                    NAMESPACE: ISTIO_NAMESPACE,
                    SELECTOR: `${TOKEN_ACCOUNT_LABEL}=${account}`,
                    BOUND_NAME: boundTo,
                },
                triggers: [observed.identity],
                ...SETTINGS,
            },
            // Without it, the end of one making of a kind cluster would revoke the next one's token: they
            // have a node of the same name.
            { parent: this, ...within(observed), dependsOn: [taken] },
        );
    }
}

const SETTINGS = { addPreviousOutputInEnv: false, logging: command.local.Logging.None };

/** Options for what is in a cluster. */
function within({ deletedWith }: EdgeEnd): pulumi.CustomResourceOptions {
    return deletedWith ? { deletedWith } : {};
}

/**
 * Ends when every istiod has built its watch of $OBSERVED anew since $REMOTE_SECRET changed, and has
 * synced by it. istiod keeps the old watch until then
 * (https://github.com/istio/istio/blob/master/pkg/kube/multicluster/secretcontroller.go).
 */
export const AWAIT_TAKEN = `set -eu
exec >&2
${KUBECTL}${DEADLINE}istio() {
    in_cluster --namespace="$NAMESPACE" "$@" </dev/null
}
times=$(istio get secret "$REMOTE_SECRET" --output='jsonpath={.metadata.managedFields[*].time}')
changed=$(printf '%s\\n' "$times" | tr ' ' '\\n' | sort | tail -n 1)
# The istiods that have not, one a line; one that cannot be asked is among them.
waiting() {
    pods=$(istio get pods --selector=app=istiod --field-selector=status.phase=Running \\
        --output='jsonpath={range .items[*]}{.metadata.name} {.status.startTime}{"\\n"}{end}') ||
        { echo "(they cannot be listed)" && return; }
    [ -n "$pods" ] || echo "(no istiod runs)"
    for pod in $(printf '%s\\n' "$pods" | cut -d ' ' -f 1); do
        started=$(printf '%s\\n' "$pods" | sed -n "s/^$pod //p")
        newest=$(printf '%s\\n%s\\n' "$started" "$changed" | sort | tail -n 1)
        # One that started since has never seen the old token.
        if [ "$newest" = "$started" ] && [ "$started" != "$changed" ] ||
            istio logs "$pod" --container=discovery --since-time="$changed" |
            grep -E "(Add|Update) cluster" | tr -c 'a-z0-9.-' '\\n' | grep -qxFe "$REMOTE_SECRET"; then
            istio exec "$pod" --container=discovery -- pilot-discovery request GET /debug/clusterz |
                tr -d ' \\n' | tr '}' '\\n' | grep -F "\\"id\\":\\"$OBSERVED\\"," |
                grep -qF '"syncStatus":"synced"' && continue
        fi
        echo "$pod"
    done
}
until late=$(waiting) && [ -z "$late" ]; do
    again "token: these istiods do not use the new token of $OBSERVED after 120 s: $late"
done
`;

/** A kind cluster's node has a name of the cluster's own. */
const FIND = `${KUBECTL}if [ -z "\${KIND_NODE-}" ]; then
${SAME_CLUSTER}fi
secrets() {
    in_cluster --namespace="$NAMESPACE" "$@" </dev/null
}
found=$(secrets get secrets --selector="$SELECTOR" --output='jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}')
`;

/** Deletes what the account's other tokens are bound to. */
export const REVOKE_OTHERS = `set -eu
exec >&2
${FIND}printf '%s\\n' "$found" | while read -r name; do
    case "$name" in
    "" | "$BOUND_NAME") ;;
    *) secrets delete secret "$name" --ignore-not-found ;;
    esac
done
`;

/** Deletes what all of the account's tokens are bound to. */
export const REVOKE_ALL = `set -eu
exec >&2
${FIND}printf '%s\\n' "$found" | while read -r name; do
    [ -z "$name" ] || secrets delete secret "$name" --ignore-not-found
done
`;
