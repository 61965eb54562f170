// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { PROMETHEUS_PORT, QUERY_FRONTEND_SERVICE } from "../metrics/names";
import * as k8s from "./kubernetes";
import { HTTP, type ThanosArgs, type ThanosProcess, commandLine, deployment } from "./thanosPod";
import { httpService } from "./thanosService";
import { QUERY_URL } from "./thanosQuery";
import { CATCH_UP } from "./thanosReceive";

/** Inputs of ThanosQueryFrontend. */
export interface ThanosQueryFrontendArgs extends ThanosArgs {
    /** How many there are; each has a cache of its own. Defaults to 1. */
    replicas?: number;
}

/** What people and dashboards ask: splits long ranges by day, and remembers answers. */
export class ThanosQueryFrontend extends pulumi.ComponentResource {
    constructor(
        name: string,
        args: ThanosQueryFrontendArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:ThanosQueryFrontend", name, args, opts);
        const child = { parent: this };
        const service = httpService(QUERY_FRONTEND_SERVICE, PROMETHEUS_PORT);
        new k8s.Service(`${name}-service`, service, child);
        new k8s.Deployment(
            `${name}-deployment`,
            deployment(queryFrontendProcess(args), args.replicas ?? 1),
            child,
        );
        this.registerOutputs();
    }
}

/** Oldest answers go first. Half of the memory limit is left for answers under way. */
const CACHE = { type: "IN-MEMORY", config: { max_size: "256MB" } };

export function queryFrontendProcess({
    image,
    memoryLimit,
}: ThanosQueryFrontendArgs): ThanosProcess {
    return {
        name: QUERY_FRONTEND_SERVICE,
        image,
        args: commandLine("query-frontend", [
            `--query-frontend.downstream-url=${QUERY_URL}`,
            "--query-frontend.compress-responses",
            "--query-frontend.log-queries-longer-than=10s",
            "--query-range.split-interval=24h",
            "--query-range.partial-response",
            `--query-range.response-cache-config=${JSON.stringify(CACHE)}`,
            // What may still come after an outage is not remembered as a gap.
            `--query-range.response-cache-max-freshness=${CATCH_UP}`,
        ]),
        ports: HTTP,
        memory: { request: "32Mi", limit: memoryLimit ?? "512Mi" },
    };
}
