// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import {
    type EdgeEnd,
    type ReaderOf,
    ReaderRole,
    RemoteReader,
    RemoteSecret,
    TokenHandover,
    readerAccount,
} from "../components";
import { type Edge, formatEdge } from "../plan/edges";
import type { EdgeTokensPlan } from "../plan/trust";
import type { Member } from "./members";
import { required } from "./required";

/** What edges are made from. */
export interface EdgesContext {
    readonly members: ReadonlyMap<string, Member>;
    /** How long tokens live; undefined for as long as their edge. */
    readonly tokenLife: EdgeTokensPlan | undefined;
    /** Whether istiod has to list the Secrets of the clusters that it observes. */
    readonly readsSecrets: boolean;
}

/** An edge that was made. */
export interface MadeEdge {
    readonly edge: Edge;
    readonly remoteSecret: RemoteSecret;
    /** When its token expires, ISO 8601; undefined for never. */
    readonly tokenExpires: pulumi.Output<string> | undefined;
}

/**
 * Lets clusters discover the services of others: an account there, a remote secret here. By edge, as
 * formatEdge writes it.
 */
export function createEdges(
    edges: readonly Edge[],
    context: EdgesContext,
): ReadonlyMap<string, MadeEdge> {
    const roles = createRoles(edges, context);
    const termKey =
        context.tokenLife === undefined || edges.length === 0
            ? undefined
            : new tls.PrivateKey("edge-terms", { algorithm: "ECDSA", ecdsaCurve: "P256" });
    return new Map(
        edges.map((edge) => {
            const role = required(roles.get(roleKey(edge, context)), edge.observed);
            return [formatEdge(edge), createEdge(edge, role, termKey?.privateKeyPem, context)];
        }),
    );
}

/** What a cluster is to the one that reads it. */
function readerOf({ observing, observed }: Edge, { members }: EdgesContext): ReaderOf {
    const { primary } = required(members.get(observed), observed).cluster.plan;
    return primary === observing && primary !== observed ? "remote" : "peer";
}

const roleKey = (edge: Edge, context: EdgesContext) =>
    `${edge.observed}.reader-of-${readerOf(edge, context)}`;

/** A role for each kind of reader that a cluster has. */
function createRoles(
    edges: readonly Edge[],
    context: EdgesContext,
): ReadonlyMap<string, ReaderRole> {
    const roles = new Map<string, ReaderRole>();
    for (const edge of edges) {
        const key = roleKey(edge, context);
        if (roles.has(key)) continue;
        const { cluster, controlPlane } = required(
            context.members.get(edge.observed),
            edge.observed,
        );
        const role = new ReaderRole(
            key,
            { readerOf: readerOf(edge, context), readsSecrets: context.readsSecrets },
            { ...cluster.inCluster, dependsOn: [controlPlane] },
        );
        roles.set(key, role);
    }
    return roles;
}

/**
 * One edge. The resources' names part clusters by dots, which no cluster's name has: with dashes, two
 * edges could have one name.
 */
function createEdge(
    edge: Edge,
    role: ReaderRole,
    termKeyPem: pulumi.Output<string> | undefined,
    { members, tokenLife }: EdgesContext,
): MadeEdge {
    const { observing, observed } = edge;
    const there = required(members.get(observed), observed);
    const here = required(members.get(observing), observing);
    const reader = new RemoteReader(
        `${observed}.reader.${observing}`,
        {
            observingCluster: observing,
            roleName: role.roleName,
            access: there.cluster.access,
            tokenLife,
            termKeyPem,
        },
        { ...there.cluster.inCluster, dependsOn: [there.controlPlane, role] },
    );
    const remoteSecret = new RemoteSecret(
        `${observing}.remote-secret.${observed}`,
        {
            observedCluster: observed,
            server: there.cluster.peerApiServer,
            caCertPem: reader.caCertPem,
            token: reader.token,
        },
        { ...here.cluster.inCluster, dependsOn: [here.controlPlane, reader] },
    );
    if (reader.boundTo) handOver(edge, reader.boundTo, remoteSecret, members);
    return { edge, remoteSecret, tokenExpires: reader.tokenExpires };
}

function handOver(
    { observing, observed }: Edge,
    boundTo: pulumi.Output<string>,
    remoteSecret: RemoteSecret,
    members: ReadonlyMap<string, Member>,
): void {
    new TokenHandover(
        `${observing}.token.${observed}`,
        {
            observing: endOf(required(members.get(observing), observing)),
            observed: {
                ...endOf(required(members.get(observed), observed)),
                clusterName: observed,
            },
            remoteSecret: remoteSecret.secretName,
            account: readerAccount(observing),
            boundTo,
        },
        // In both clusters: each of its commands goes with its own.
        { dependsOn: [remoteSecret] },
    );
}

function endOf({ cluster: { access, identity, inCluster } }: Member): EdgeEnd {
    return { access, identity, deletedWith: inCluster.deletedWith };
}
