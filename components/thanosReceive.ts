// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import {
    RECEIVE_REPLICA_LABEL,
    RECEIVE_SERVICE,
    REMOTE_WRITE_PORT,
    STORE_PORT,
} from "../metrics/names";
import * as k8s from "./kubernetes";
import { TAKES_REMOTE_WRITE } from "./remoteWriteService";
import { OBJSTORE_FLAG, configFolder, objstoreFolders, sealed } from "./thanosConfig";
import {
    type ConfigFolder,
    DATA_FOLDER,
    HTTP,
    HTTP_AND_STORE,
    STORE_FLAG,
    type ThanosArgs,
    type ThanosProcess,
    type ThanosStorage,
    commandLine,
    configPath,
    deployment,
    podSelector,
    statefulSet,
    thanosMetadata,
} from "./thanosPod";
import { headlessService } from "./thanosService";
import { storePolicy } from "./thanosStorePolicy";
import { HASHRINGS_FILE, LIMITS_FILE, hashrings, writeLimits } from "./thanosReceiveConfig";

/** Name of the ingestors' StatefulSet, and of the headless Service that Query asks them through. */
export const RECEIVE_INGESTOR = "thanos-receive-ingestor";
/** Name of the router's Deployment. */
export const RECEIVE_ROUTER = "thanos-receive";
/** Headless Service of the routers, for their metrics alone. */
export const RECEIVE_ROUTER_SERVICE = "thanos-receive-router";

/**
 * How late a sample may come, against the newest of all clusters. Without it the limit is one hour, and
 * after a restart of Receive nothing: what a sender still has to deliver after an outage would be
 * refused, and so dropped for good. A Prometheus keeps what it has not sent for two to three hours.
 */
export const CATCH_UP = "3h";

/**
 * How far ahead of this cluster's clock a sample may be. Without a limit one sample of a cluster whose
 * clock is more than CATCH_UP ahead makes those of all others too late, and they are dropped for good.
 * With it that cluster alone is refused.
 */
export const AHEAD = "10m";

/** Inputs of ThanosReceive. */
export interface ThanosReceiveArgs extends ThanosArgs {
    /** How many ingestors keep samples. Defaults to 1, which takes the writes itself. */
    replicas?: number;
    /** How many ingestors keep each sample, at most `replicas`. Defaults to 1. */
    replicationFactor?: number;
    /** How long samples are kept here, in hours. With an object store a day is enough. */
    retentionHours: number;
    storage: ThanosStorage;
    /** Thanos' own YAML of an object store that blocks go to, as a secret. Defaults to none. */
    objstoreConfig?: pulumi.Input<string>;
}

/**
 * Takes remote write from the mesh and keeps it. With several replicas a router of its own takes the
 * writes, and spreads the series over the ingestors. Only what takes the writes has a sidecar, for that
 * port alone. It needs a RemoteWriteService to be found by, and a RemoteWritePolicy before it.
 */
export class ThanosReceive extends pulumi.ComponentResource {
    constructor(name: string, args: ThanosReceiveArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ThanosReceive", name, sealed(args), opts);
        checkFactor(args);
        const child = { parent: this };
        const { replicas = 1, replicationFactor = 1 } = args;
        const config = configFolder(name, RECEIVE_SERVICE, configFiles(replicas), child);
        const objstore = objstoreFolders(name, RECEIVE_SERVICE, args.objstoreConfig, child);
        const account = new k8s.ServiceAccount(`${name}-account`, serviceAccount, child);
        new k8s.Service(
            `${name}-service`,
            headlessService(RECEIVE_INGESTOR, HTTP_AND_STORE),
            child,
        );
        new k8s.NetworkPolicy(`${name}-network`, storePolicy(RECEIVE_INGESTOR), child);
        const ingestors = new k8s.StatefulSet(
            `${name}-ingestor`,
            statefulSet(ingestorProcess(args, config, objstore), replicas),
            { parent: this, dependsOn: [account] },
        );
        if (replicas > 1) {
            new k8s.PodDisruptionBudget(`${name}-budget`, oneAtATime, child);
            new k8s.Service(`${name}-router-service`, routerService, child);
            new k8s.Deployment(
                `${name}-router`,
                // Stateless and small: with two of them an update or a node that goes stops nothing.
                deployment(routerProcess(args, config, replicationFactor), 2),
                // New ingestors are there before anything is sent to them.
                { parent: this, dependsOn: [account, ingestors] },
            );
        }
        this.registerOutputs();
    }
}

function checkFactor({ replicas = 1, replicationFactor = 1 }: ThanosReceiveArgs): void {
    if (replicationFactor <= replicas) return;
    throw new Error(
        `ThanosReceive: replicationFactor ${String(replicationFactor)} must be at most replicas, ${String(replicas)}`,
    );
}

/** An identity of its own in the mesh. */
const serviceAccount = {
    metadata: thanosMetadata(RECEIVE_SERVICE),
    automountServiceAccountToken: false,
};

const routerService = headlessService(RECEIVE_ROUTER_SERVICE, HTTP, RECEIVE_ROUTER);

/** Of three copies two have to be written, so one ingestor may be away. */
const oneAtATime = {
    metadata: thanosMetadata(RECEIVE_INGESTOR),
    spec: { maxUnavailable: 1, selector: { matchLabels: podSelector(RECEIVE_INGESTOR) } },
};

/** The sidecar sees remote write come in, and nothing go out. */
const TAKER = {
    ports: { "remote-write": REMOTE_WRITE_PORT },
    labels: { ...TAKES_REMOTE_WRITE, "sidecar.istio.io/inject": "true" },
    annotations: {
        "traffic.sidecar.istio.io/includeInboundPorts": String(REMOTE_WRITE_PORT),
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
        "sidecar.istio.io/proxyCPU": "10m",
        "sidecar.istio.io/proxyMemory": "40Mi",
        // Sizes of the mesh count no more where a pod has one of its own.
        "sidecar.istio.io/proxyMemoryLimit": "512Mi",
    },
};

function configFiles(replicas: number): Record<string, string> {
    const limits = { [LIMITS_FILE]: JSON.stringify(writeLimits) };
    if (replicas === 1) return limits;
    const names = Array.from({ length: replicas }, (_, i) => `${RECEIVE_INGESTOR}-${String(i)}`);
    return { ...limits, [HASHRINGS_FILE]: JSON.stringify(hashrings(names, RECEIVE_INGESTOR)) };
}

const REPLICA_FLAG = `--label=${RECEIVE_REPLICA_LABEL}="$(POD_NAME)"`;
const LIMITS_FLAG = `--receive.limits-config-file=${configPath("config", LIMITS_FILE)}`;
/** A second way to write, which nobody takes and the sidecar does not see. */
const NO_CAPNPROTO = "--receive.capnproto-address=127.0.0.1:19391";

function remoteWriteFlag(address: string): string {
    return `--remote-write.address=${address}:${String(REMOTE_WRITE_PORT)}`;
}

/** What keeps samples; with one replica it takes the writes too. */
export function ingestorProcess(
    args: ThanosReceiveArgs,
    config: ConfigFolder,
    objstore: readonly ConfigFolder[],
): ThanosProcess {
    const takes = (args.replicas ?? 1) === 1;
    return {
        name: RECEIVE_INGESTOR,
        image: args.image,
        args: ingestorArgs(args, takes),
        ...(takes ? TAKER : {}),
        ports: { ...HTTP_AND_STORE, ...(takes ? TAKER.ports : {}) },
        // 30 to 40 MiB with two small clusters; the limit is for some hundred thousand series.
        memory: { request: "64Mi", limit: args.memoryLimit ?? "2Gi" },
        folders: [...(takes ? [config] : []), ...objstore],
        storage: args.storage,
        serviceAccountName: RECEIVE_SERVICE,
        // It writes what is in memory to disk, and that to the object store.
        graceSeconds: 120,
    };
}

function ingestorArgs(
    { retentionHours, storage, objstoreConfig }: ThanosReceiveArgs,
    takes: boolean,
): string[] {
    return commandLine("receive", [
        STORE_FLAG,
        // Behind a router nobody else is to write: here no policy would be asked.
        remoteWriteFlag(takes ? "0.0.0.0" : "127.0.0.1"),
        NO_CAPNPROTO,
        `--tsdb.path=${DATA_FOLDER}/receive`,
        `--tsdb.retention=${String(retentionHours)}h`,
        // Of a disk that is full nothing can be deleted any more: older samples go before.
        `--tsdb.max-retention-bytes=${String(Math.floor(storage.sizeGiB * 820))}MB`,
        `--tsdb.out-of-order.time-window=${CATCH_UP}`,
        `--tsdb.too-far-in-future.time-window=${AHEAD}`,
        REPLICA_FLAG,
        ...(takes ? [LIMITS_FLAG] : []),
        ...(objstoreConfig === undefined ? [] : [OBJSTORE_FLAG]),
    ]);
}

/** What takes the writes of several ingestors. */
export function routerProcess(
    { image }: ThanosReceiveArgs,
    config: ConfigFolder,
    replicationFactor: number,
): ThanosProcess {
    return {
        name: RECEIVE_ROUTER,
        image,
        args: commandLine("receive", [
            // Nobody asks it, and that port takes writes that no policy sees.
            `--grpc-address=127.0.0.1:${String(STORE_PORT)}`,
            remoteWriteFlag("0.0.0.0"),
            NO_CAPNPROTO,
            `--receive.hashrings-file=${configPath("config", HASHRINGS_FILE)}`,
            "--receive.hashrings-algorithm=ketama",
            `--receive.replication-factor=${String(replicationFactor)}`,
            // It has no samples, but does not start without a label.
            REPLICA_FLAG,
            LIMITS_FLAG,
        ]),
        ...TAKER,
        ports: { ...HTTP, ...TAKER.ports },
        // The requests that are under way, which writeLimits bounds, in two or three forms at once.
        memory: { request: "32Mi", limit: "2Gi" },
        folders: [config],
        serviceAccountName: RECEIVE_SERVICE,
    };
}
