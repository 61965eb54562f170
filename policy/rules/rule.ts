// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import type { Path, Props } from "./tree";

/** A provider as a rule sees it. */
export interface PolicyProvider {
    readonly name: string;
    readonly props: Props;
}

/** A resource as a rule sees it. */
export interface PolicyResource {
    /** As in `kubernetes:apps/v1:Deployment`. */
    readonly type: string;
    /** Its inputs, the secret ones too. */
    readonly props: Props;
    /** Paths of the inputs that are secret in the state, by keyOf. */
    readonly secrets: ReadonlySet<string>;
    /** Absent for a component. */
    readonly provider?: PolicyProvider;
}

/** What can be set for a rule, as JSON schema: a switch or a list of texts, with its default. */
export type Setting<T> = {
    readonly description: string;
    readonly default: T;
} & (T extends boolean
    ? { readonly type: "boolean" }
    : { readonly type: "array"; readonly items: { readonly type: "string" } });

/** Something that a team refuses. */
export interface Rule<Settings extends object = object> {
    /** By which its level and its settings are set. */
    readonly name: string;
    /** What must hold, as a sentence. */
    readonly description: string;
    readonly settings: { readonly [K in keyof Settings]: Setting<Settings[K]> };
    /** Everything that is wrong with a resource. */
    check(resource: PolicyResource, settings: Settings): Problem[];
}

/** What a path is found by in PolicyResource.secrets. */
export function keyOf(path: Path): string {
    return JSON.stringify(path);
}

/** Whether a value is secret in the state, by itself or with something around it. */
export function isSecret({ secrets }: PolicyResource, path: Path): boolean {
    return secrets.size > 0 && path.some((_, i) => secrets.has(keyOf(path.slice(0, i + 1))));
}

/** The API group and the kind of a Kubernetes object, of a part that patches one too. */
export function kindOf({ type }: Pick<PolicyResource, "type">): {
    group: string;
    kind: string;
    patch: boolean;
} {
    const [, api = "", kind = ""] = type.startsWith("kubernetes:") ? type.split(":") : [];
    const [group = "", version] = api.split("/");
    return {
        // CustomResource has "v1" for the core group, the classes have "core/v1".
        group: version === undefined ? "core" : group,
        kind: kind.replace(/Patch$/, ""),
        patch: kind.endsWith("Patch"),
    };
}
