/** Anything that may have to wait for others. */
export interface Node {
    readonly name: string;
    readonly needs: readonly Node[];
}

/** Every node that `wanted` needs, itself included, each once and after all that it needs. */
export function inOrder<T extends Node & { readonly needs: readonly T[] }>(
    wanted: readonly T[],
): T[] {
    const ordered = new Map<string, T>();
    const open = new Set<string>();
    const visit = (node: T): void => {
        if (ordered.has(node.name)) return;
        if (open.has(node.name)) throw new Error(`${node.name} needs itself`);
        open.add(node.name);
        node.needs.forEach(visit);
        ordered.set(node.name, node);
    };
    wanted.forEach(visit);
    return [...ordered.values()];
}

/** A node to work on, that waits only for others to work on. */
export interface Task<T> extends Node {
    readonly node: T;
}

/** Of the nodes those to be worked on, still in order; what the others gave is there already. */
export function only<T extends Node>(nodes: readonly T[], wanted: ReadonlySet<T>): Task<T>[] {
    const tasks = new Map<string, Task<T>>();
    for (const node of nodes) {
        if (!wanted.has(node)) continue;
        const needs = node.needs.flatMap(({ name }) => tasks.get(name) ?? []);
        tasks.set(node.name, { name: node.name, node, needs });
    }
    return [...tasks.values()];
}

/**
 * Does `work` for every node once all that it needs is done, at most `width` at a time. After a
 * failure nothing new begins; what runs is waited for, and the first error is thrown.
 */
export async function runInOrder<T extends Node>(
    nodes: readonly T[],
    width: number,
    work: (node: T) => Promise<void>,
): Promise<void> {
    const done = new Set<string>();
    const waiting = [...nodes];
    const running = new Map<string, Promise<void>>();
    const errors: unknown[] = [];
    const isReady = (node: T) => node.needs.every((need) => done.has(need.name));
    const begin = (node: T): void => {
        const task = work(node)
            .then(() => void done.add(node.name))
            .catch((error: unknown) => void errors.push(error))
            .finally(() => running.delete(node.name));
        running.set(node.name, task);
    };
    for (;;) {
        while (errors.length === 0 && running.size < width) {
            const next = waiting.findIndex(isReady);
            const node = next < 0 ? undefined : waiting.splice(next, 1)[0];
            if (node === undefined) break;
            begin(node);
        }
        if (running.size === 0) break;
        await Promise.race(running.values());
    }
    if (errors.length > 0) throw errors[0];
    if (waiting.length > 0) {
        throw new Error(`nothing gives what these need: ${waiting.map((n) => n.name).join(", ")}`);
    }
}
