// SPDX-License-Identifier: Apache-2.0

/** Of root's inotify instances one kind node takes 25 to 26, most of them the kubelet's. */
const PER_NODE = 26;
/** What the rest of the machine takes. */
const OTHERS = 16;
/** What is asked for when the limit has to be raised: enough for many nodes, and usual. */
const GENEROUS = 512;

/** How many kind nodes a limit of `fs.inotify.max_user_instances` allows. */
export function nodesWithin(limit: number): number {
    return Math.max(0, Math.floor((limit - OTHERS) / PER_NODE));
}

/** The limit to set for a number of kind nodes, or undefined when the present one will do. */
export function limitToSet(present: number, nodes: number): number | undefined {
    if (nodesWithin(present) >= nodes) return undefined;
    let limit = GENEROUS;
    while (nodesWithin(limit) < nodes) limit *= 2;
    return limit;
}

/** The command that raises the limit. */
export function raiseCommand(limit: number): string {
    return `sudo sysctl -w fs.inotify.max_user_instances=${String(limit)}`;
}
