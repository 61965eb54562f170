// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { STORE_GATEWAY } from "../metrics/names";
import * as k8s from "./kubernetes";
import { OBJSTORE_FLAG, objstoreFolders, sealed } from "./thanosConfig";
import {
    type ConfigFolder,
    DATA_FOLDER,
    HTTP_AND_STORE,
    STORE_FLAG,
    type ThanosArgs,
    type ThanosProcess,
    type ThanosStorage,
    commandLine,
    statefulSet,
} from "./thanosPod";
import { headlessService } from "./thanosService";

/** Inputs of ThanosStore. */
export interface ThanosStoreArgs extends ThanosArgs {
    /** Thanos' own YAML of the object store, as a secret. */
    objstoreConfig: pulumi.Input<string>;
    /** For the headers of the blocks' indexes: a cache, which it fills again when it is lost. */
    storage: ThanosStorage;
    /** How many there are; each serves every block. Defaults to 1. */
    replicas?: number;
}

/** The Store Gateway: what is in the object store, for Query. */
export class ThanosStore extends pulumi.ComponentResource {
    constructor(name: string, args: ThanosStoreArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ThanosStore", name, sealed(args), opts);
        const child = { parent: this };
        const objstore = objstoreFolders(name, STORE_GATEWAY, args.objstoreConfig, child);
        new k8s.Service(`${name}-service`, headlessService(STORE_GATEWAY, HTTP_AND_STORE), child);
        new k8s.StatefulSet(
            `${name}-set`,
            statefulSet(storeProcess(args, objstore), args.replicas ?? 1),
            child,
        );
        this.registerOutputs();
    }
}

export function storeProcess(
    { image, storage, memoryLimit }: ThanosStoreArgs,
    objstore: readonly ConfigFolder[],
): ThanosProcess {
    return {
        name: STORE_GATEWAY,
        image,
        args: commandLine("store", [
            STORE_FLAG,
            `--data-dir=${DATA_FOLDER}/store`,
            OBJSTORE_FLAG,
            // New blocks soon, and well before Receive has deleted its own.
            "--sync-block-duration=3m",
            // Both lie in memory, and have to leave room for it within the limit.
            "--index-cache-size=128MB",
            "--chunk-pool-size=512MB",
            // Only headers that are asked for lie in memory, not one for each block there ever was.
            "--store.enable-index-header-lazy-reader",
            // Whoever reaches the port could mark blocks for deletion.
            "--disable-admin-operations",
        ]),
        ports: HTTP_AND_STORE,
        memory: { request: "64Mi", limit: memoryLimit ?? "2Gi" },
        folders: objstore,
        storage,
    };
}
