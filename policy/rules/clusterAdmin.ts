// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import { type PolicyResource, type Rule, kindOf } from "./rule";
import { at, formatPath, listAt, textsAt } from "./tree";

/** Nobody is given everything. */
export const noClusterAdmin: Rule = {
    name: "no-cluster-admin",
    description:
        "Nobody is bound to cluster-admin, and no role allows every verb on every resource.",
    settings: {},
    check: (resource) => {
        const { group, kind } = kindOf(resource);
        if (group !== "rbac.authorization.k8s.io") return [];
        return kind.endsWith("Binding") ? ofBinding(resource) : ofRole(resource);
    },
};

function ofBinding({ props }: PolicyResource): Problem[] {
    const name = at(props, "roleRef", "name");
    if (name !== "cluster-admin") return [];
    return [
        {
            property: "roleRef.name",
            value: name,
            rule: "must not be the role that may do everything",
            fix: "Make a role with the verbs and resources that are needed, and bind to that.",
        },
    ];
}

function ofRole({ props }: PolicyResource): Problem[] {
    return listAt(props, "rules").flatMap((rule, i) => {
        if (!textsAt(rule, "verbs").includes("*")) return [];
        // "*/*" is what kubectl writes for subresources too.
        const all = textsAt(rule, "resources").find((resource) => /^\*(\/\*)?$/.test(resource));
        if (all === undefined) return [];
        return [
            {
                property: formatPath(["rules", i]),
                value: rule,
                rule: "must not allow every verb on every resource",
                fix: "Name the resources, and the verbs that are needed of each.",
            },
        ];
    });
}
