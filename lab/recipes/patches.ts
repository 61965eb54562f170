// SPDX-License-Identifier: Apache-2.0
import type { GoPatch } from "../goPatch";

/** Has a method of istiod's reader of Secrets return at once where there is no such reader. */
function withoutReader(signature: string, answer: string): GoPatch {
    const begin = `func (s *CredentialsController) ${signature} {\n`;
    return {
        module: "istio.io/istio",
        file: "pilot/pkg/credentials/kube/secrets.go",
        find: begin,
        replace: `${begin}\tif s == nil {\n\t\t${answer}\n\t}\n`,
    };
}

/**
 * By `PILOT_ENABLE_REMOTE_CREDENTIALS_CONTROLLER=false` (istio/istio#59874) istiod reads no Secrets
 * of other clusters: it has a nil reader for each. But what waits for all readers, and closes them,
 * sees an interface that is not nil, and so istiod panics at the first remote cluster.
 */
export const istiodPatches: readonly GoPatch[] = [
    withoutReader("Close()", "return"),
    withoutReader("HasSynced() bool", "return true"),
];
