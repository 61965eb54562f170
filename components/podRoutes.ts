// SPDX-License-Identifier: Apache-2.0
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checkPlainName } from "./plainName";
import { REMOVE_ROUTES, ROUTES_PROGRAM, ROUTES_UNIT, SET_ROUTES } from "./podRouteScripts";

/** Inputs of PodRoutes. */
export interface PodRoutesArgs {
    /** Name of these routes on the nodes: a file's, of a-z, 0-9, "." and "-". */
    routesName: string;
    /**
     * The kind clusters, with their identities: a cluster that was made anew has to get its routes
     * again. They have disjoint pod subnets and are on one docker network.
     */
    clusters: readonly {
        readonly clusterName: string;
        readonly identity: string;
        /** Clusters of one group are joined; a DNS label. */
        readonly group: string;
    }[];
    /** What is joined in a group: the nodes of each cluster, or each cluster's nodes with the others'. */
    joins: "nodes" | "clusters";
}

/**
 * Routes between the pods of kind nodes. Every node keeps them itself, by a systemd service that
 * looks its peers up by name: a node that is started again has its routes back, and one that comes
 * back with another address is found there.
 */
export class PodRoutes extends pulumi.ComponentResource {
    /** Stands for the routes being there. */
    public readonly routed: pulumi.Resource;

    constructor(name: string, args: PodRoutesArgs, opts?: pulumi.ComponentResourceOptions) {
        checkPlainName("routesName", args.routesName);
        for (const { clusterName, group } of args.clusters) {
            checkPlainName("clusterName", clusterName);
            checkPlainName("group", group);
        }
        super("istio-fleet:index:PodRoutes", name, args, opts);
        this.routed = new command.local.Command(
            `${name}-set`,
            {
                create: SET_ROUTES,
                // Not replaced when a cluster comes or goes: the others' routes stay in use.
                update: SET_ROUTES,
                delete: REMOVE_ROUTES,
                environment: {
                    ROUTES: args.routesName,
                    JOINS: args.joins,
                    CLUSTERS: args.clusters
                        .map(({ clusterName, group }) => `${clusterName}/${group}`)
                        .join(" "),
                    IDENTITIES: args.clusters.map(({ identity }) => identity).join(" "),
                    PROGRAM: ROUTES_PROGRAM,
                    UNIT: ROUTES_UNIT,
                },
                addPreviousOutputInEnv: false,
                logging: command.local.Logging.None,
            },
            { parent: this },
        );
        this.registerOutputs();
    }
}
