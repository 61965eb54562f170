// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { COMPACTOR } from "../metrics/names";
import * as k8s from "./kubernetes";
import { OBJSTORE_FLAG, objstoreFolders, sealed } from "./thanosConfig";
import {
    type ConfigFolder,
    DATA_FOLDER,
    HTTP,
    type ThanosArgs,
    type ThanosProcess,
    type ThanosStorage,
    commandLine,
    statefulSet,
} from "./thanosPod";
import { headlessService } from "./thanosService";

/** Inputs of ThanosCompactor. */
export interface ThanosCompactorArgs extends ThanosArgs {
    /** Thanos' own YAML of the object store, as a secret. */
    objstoreConfig: pulumi.Input<string>;
    /** How long samples are kept in the object store, in hours, at every resolution. */
    retentionHours: number;
    /** For the blocks that it works on: twice the largest group of them, which is some GiB a week. */
    storage: ThanosStorage;
}

/**
 * Merges the blocks in the object store, makes coarser copies of old ones and deletes what is too old.
 * Two of them on one object store would spoil it, so there is one, in a StatefulSet, which never starts
 * the next pod before the last has gone.
 */
export class ThanosCompactor extends pulumi.ComponentResource {
    constructor(name: string, args: ThanosCompactorArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ThanosCompactor", name, sealed(args), opts);
        const child = { parent: this };
        const objstore = objstoreFolders(name, COMPACTOR, args.objstoreConfig, child);
        new k8s.Service(`${name}-service`, headlessService(COMPACTOR, HTTP), child);
        new k8s.StatefulSet(`${name}-set`, statefulSet(compactorProcess(args, objstore), 1), child);
        this.registerOutputs();
    }
}

/** Coarser samples are made after 40 hours and after 10 days, and Thanos refuses shorter retentions. */
const DOWNSAMPLED_HOURS = 10 * 24;

export function compactorProcess(
    { image, retentionHours, storage, memoryLimit }: ThanosCompactorArgs,
    objstore: readonly ConfigFolder[],
): ThanosProcess {
    return {
        name: COMPACTOR,
        image,
        args: commandLine("compact", [
            "--wait",
            `--data-dir=${DATA_FOLDER}/compact`,
            OBJSTORE_FLAG,
            ...["raw", "5m", "1h"].map(
                (resolution) => `--retention.resolution-${resolution}=${String(retentionHours)}h`,
            ),
            ...(retentionHours <= DOWNSAMPLED_HOURS ? ["--downsampling.disable"] : []),
            // A block that is still being uploaded is left alone, also in a store that is slow to list.
            "--consistency-delay=30m",
            // What came late, after an outage, is in blocks of its own beside the others: without this
            // the compactor halts at them. Prometheus does the same.
            "--compact.enable-vertical-compaction",
            // Whoever reaches the port could mark blocks for deletion.
            "--disable-admin-operations",
        ]),
        ports: HTTP,
        // Next to nothing between runs; in one, the indexes of the blocks that are merged.
        memory: { request: "64Mi", limit: memoryLimit ?? "2Gi" },
        folders: objstore,
        storage,
        graceSeconds: 60,
    };
}
