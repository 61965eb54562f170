// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import {
    QUERY_SERVICE,
    RECEIVE_REPLICA_LABEL,
    REPLICA_LABEL,
    THANOS_HTTP_PORT,
} from "../metrics/names";
import * as k8s from "./kubernetes";
import {
    HTTP_AND_STORE,
    STORE_FLAG,
    type ThanosArgs,
    type ThanosProcess,
    commandLine,
    deployment,
} from "./thanosPod";
import { dnsName, httpService } from "./thanosService";

/** External label: the replica of the ruler. */
export const RULER_REPLICA_LABEL = "ruler_replica";

/** URL of Query in the central cluster. */
export const QUERY_URL = `http://${dnsName(QUERY_SERVICE)}:${String(THANOS_HTTP_PORT)}`;

/** Inputs of ThanosQuery. */
export interface ThanosQueryArgs extends ThanosArgs {
    /**
     * Headless Services of what it asks, with a port `grpc`: RECEIVE_INGESTOR, and STORE_GATEWAY and
     * RULER where there are any.
     */
    stores: readonly string[];
    /** How many there are; it has no state. Defaults to 1. */
    replicas?: number;
}

/** Answers PromQL from all that keeps samples, with replicas taken for one. */
export class ThanosQuery extends pulumi.ComponentResource {
    constructor(name: string, args: ThanosQueryArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ThanosQuery", name, args, opts);
        const child = { parent: this };
        new k8s.Service(`${name}-service`, httpService(QUERY_SERVICE, THANOS_HTTP_PORT), child);
        new k8s.Deployment(
            `${name}-deployment`,
            deployment(queryProcess(args), args.replicas ?? 1),
            child,
        );
        this.registerOutputs();
    }
}

export function queryProcess({ image, stores, memoryLimit }: ThanosQueryArgs): ThanosProcess {
    return {
        name: QUERY_SERVICE,
        image,
        args: commandLine("query", [
            STORE_FLAG,
            ...stores.map((store) => `--endpoint=dnssrv+_grpc._tcp.${dnsName(store)}`),
            ...[REPLICA_LABEL, RECEIVE_REPLICA_LABEL, RULER_REPLICA_LABEL].map(
                (label) => `--query.replica-label=${label}`,
            ),
            // A pod that was made anew has another address: with the default it is missing for 30 s.
            "--store.sd-dns-interval=5s",
            // A dashboard rather shows what there is, with a warning, than nothing. Who must have all
            // asks with partial_response=false, as rules do.
            "--query.partial-response",
            // A store that hangs is not waited for until the whole query times out after two minutes.
            "--store.response-timeout=30s",
            // Long ranges from downsampled blocks, where there are any.
            "--query.auto-downsampling",
        ]),
        ports: HTTP_AND_STORE,
        // 15 MiB with two small clusters. A query has all its series in memory, and there may be 20.
        memory: { request: "32Mi", limit: memoryLimit ?? "2Gi" },
    };
}
