// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAlive } from "../verify/probes";
import type { Environment } from "./pulumi";

const NAME = /^istio-fleet-run-(\d+)-/;

/**
 * Runs something with a folder of its own for temporary files, which goes with all that is in it. The
 * Kubernetes provider writes each cluster's kubeconfig to such a file, for Helm, and leaves it there
 * (pulumi-kubernetes, provider.go, Configure).
 *
 * @param parent the machine's folder for temporary files. Sockets are made in there, so its path must be short.
 */
export async function withTemporary<T>(
    env: Environment,
    step: (env: Environment) => Promise<T>,
    parent = tmpdir(),
): Promise<T> {
    await sweep(parent);
    const folder = await mkdtemp(join(parent, `istio-fleet-run-${String(process.pid)}-`));
    try {
        return await step({ ...env, TMPDIR: folder });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Removes the folders of runs that were killed. */
async function sweep(parent: string): Promise<void> {
    const names = await readdir(parent).catch(() => []);
    const dead = names.filter((name) => {
        const pid = NAME.exec(name)?.[1];
        return pid !== undefined && !isAlive(Number(pid));
    });
    await Promise.all(
        dead.map((name) =>
            rm(join(parent, name), { recursive: true, force: true }).catch(() => {
                // Somebody else's: a folder for temporary files is shared.
            }),
        ),
    );
}
