// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CRD_LABEL } from "../plan/labels";

/** A Kubernetes object, as far as it is looked at here. */
export interface KubernetesObject {
    readonly kind?: string;
    readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

/** Folder of the files, as sh finds it; crdFolder finds the same. */
export const CRD_FOLDER_SH = "${ISTIO_FLEET_CACHE:-$HOME/.cache/istio-fleet}/crds";

function crdFolder(): string {
    const { ISTIO_FLEET_CACHE: cache = "" } = process.env;
    return join(cache === "" ? join(homedir(), ".cache", "istio-fleet") : cache, "crds");
}

/**
 * Writes the CRDs among objects to a file, as a List in JSON: `<name>.json` in the folder `crds` of
 * the cache. They stay out of the state, where they would be most of it.
 *
 * @param owner value of CRD_LABEL on them: the stack that they belong to.
 * @returns the file's name without `.json`: the SHA-256 of its content, the same for the same CRDs.
 */
export function writeCrdFile(objects: readonly KubernetesObject[], owner: string): string {
    const crds = objects.filter(({ kind }) => kind === "CustomResourceDefinition");
    const items = crds.map((crd) => ({
        ...crd,
        metadata: { ...crd.metadata, labels: { ...crd.metadata?.labels, [CRD_LABEL]: owner } },
    }));
    const content = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    const name = createHash("sha256").update(content).digest("hex");
    const folder = crdFolder();
    mkdirSync(folder, { recursive: true });
    // Whole or not there: another run may read it at any moment.
    const draft = join(folder, `${name}.${String(process.pid)}`);
    writeFileSync(draft, content);
    renameSync(draft, join(folder, `${name}.json`));
    return name;
}
