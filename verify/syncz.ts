// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { Kube } from "./kube";
import { askIstiod, istiods } from "./pods";

/** As istiod writes it (pilot/pkg/xds/debug.go, SyncStatus): what is empty is left out. */
const syncz = z.array(
    z.object({
        proxy: z.string(),
        cluster_id: z.string().optional(),
        resources: z.record(z.string(), z.object({ lastError: z.string().optional() })).nullish(),
    }),
);

/** Why a proxy rejects a kind of resource. */
export interface Rejection {
    /** The last part of the resource's type, for example Listener. */
    readonly kind: string;
    readonly reason: string;
}

/** A proxy that is connected to an istiod. */
export interface ConnectedProxy {
    /** `<pod>.<namespace>` */
    readonly proxy: string;
    /** Cluster that it says it is in: what the injector wrote into its pod. "" for none. */
    readonly cluster: string;
    /** Pod of the istiod. */
    readonly istiod: string;
    /** Rejections that the istiod has not seen put right. */
    readonly rejections: readonly Rejection[];
}

/** The proxies that are connected to the istiods of a primary: its own, and those of its remotes. */
export async function connectedProxies(primary: Kube): Promise<ConnectedProxy[]> {
    const answers = (await istiods(primary)).map(async ({ metadata }) =>
        parseSyncz(metadata.name, await askIstiod(primary, metadata, "/debug/syncz")),
    );
    return (await Promise.all(answers)).flat();
}

/** Reads the answer of an istiod's `/debug/syncz`. */
export function parseSyncz(istiod: string, text: string): ConnectedProxy[] {
    return syncz.parse(JSON.parse(text)).map(({ proxy, cluster_id: cluster = "", resources }) => ({
        proxy,
        cluster,
        istiod,
        rejections: Object.entries(resources ?? {}).flatMap(([type, { lastError }]) =>
            lastError ? [{ kind: type.split(".").at(-1) ?? type, reason: lastError }] : [],
        ),
    }));
}
