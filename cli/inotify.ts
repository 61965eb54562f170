// SPDX-License-Identifier: Apache-2.0

/** Of root's inotify instances one kind cluster takes 25 to 26, most of them the kubelet's. */
const PER_CLUSTER = 26;
/** What the rest of the machine takes. */
const OTHERS = 16;
/** What is asked for when the limit has to be raised: enough for many clusters, and usual. */
const GENEROUS = 512;

/** How many clusters a limit of `fs.inotify.max_user_instances` allows. */
export function clustersWithin(limit: number): number {
    return Math.max(0, Math.floor((limit - OTHERS) / PER_CLUSTER));
}

/** The limit to set for a number of clusters, or undefined when the present one will do. */
export function limitToSet(present: number, clusters: number): number | undefined {
    if (clustersWithin(present) >= clusters) return undefined;
    let limit = GENEROUS;
    while (clustersWithin(limit) < clusters) limit *= 2;
    return limit;
}

/** The command that raises the limit. */
export function raiseCommand(limit: number): string {
    return `sudo sysctl -w fs.inotify.max_user_instances=${String(limit)}`;
}
