// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

/** Label of the namespaces that a fleet makes: the stack that they belong to. */
export const NAMESPACE_LABEL = "istio-fleet.io/stack";

/** Label of Istio's namespace: the name that the cluster has in the fleet, and its role. */
export const MEMBER_LABEL = "istio-fleet.io/member";

/** Value of MEMBER_LABEL. */
export function memberOf({ name, primary }: { name: string; primary: string }): string {
    return `${name}.${roleOf({ name, primary })}`;
}

/** Whether a cluster has an istiod of its own. */
export function roleOf({ name, primary }: { name: string; primary: string }): Role {
    return name === primary ? "primary" : "remote";
}

export type Role = "primary" | "remote";

/** Label of every CRD that a fleet applied. */
export const CRD_LABEL = "istio-fleet.io/crd";

const VALUE_LENGTH = 63;
const VALUE = /^[a-zA-Z0-9]([-\w.]*[a-zA-Z0-9])?$/;

/** Value of NAMESPACE_LABEL: `<project>.<stack>`, or a hash of it where that cannot be a label's value. */
export function namespaceOwner(project: string, stack: string): string {
    const name = `${project}.${stack}`;
    if (name.length <= VALUE_LENGTH && VALUE.test(name)) return name;
    return createHash("sha256").update(name).digest("hex").slice(0, 32);
}
