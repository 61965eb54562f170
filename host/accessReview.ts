// SPDX-License-Identifier: Apache-2.0
import { EVERYTHING, type Right } from "../plan/existingRights";
import { type Access, NoAnswer, kubectl } from "./kubectl";

/** Those of the rights that the user of a kubeconfig does not have. */
export async function missingRights(cluster: Access, rights: readonly Right[]): Promise<Right[]> {
    // The many are asked one after the other, so an administrator is spared them.
    const [all] = await review(cluster, [EVERYTHING]);
    if (all) return [];
    const allowed = await review(cluster, rights);
    return rights.filter((_, i) => !allowed[i]);
}

/** Whether each right is there, all in one process. kubectl prints a line for each object of a List. */
async function review(cluster: Access, rights: readonly Right[]): Promise<boolean[]> {
    const items = rights.map((right) => ({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes: right },
    }));
    const text = await kubectl(
        cluster,
        // Without client-side validation, which reads the whole schema.
        ["create", "--filename=-", "--validate=false", `--output=jsonpath=${ALLOWED}`],
        JSON.stringify({ apiVersion: "v1", kind: "List", items }),
    );
    const lines = text.trim().split("\n");
    if (lines.length !== rights.length || lines.some((line) => !/^(true|false)$/.test(line))) {
        throw new NoAnswer("server", "what it says of this user's rights cannot be read");
    }
    return lines.map((line) => line === "true");
}

const ALLOWED = '{.status.allowed}{"\\n"}';
