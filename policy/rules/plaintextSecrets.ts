// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../plan/problem";
import { podsOf } from "./pods";
import { type PolicyResource, type Rule, isSecret, kindOf } from "./rule";
import { type Path, UNKNOWN, formatPath, isMap, listAt, mapAt } from "./tree";

interface Settings {
    allowedNames: readonly string[];
}

/** What is a secret is one in the state too, and in pods it is not written out at all. */
export const noPlaintextSecrets: Rule<Settings> = {
    name: "no-plaintext-secrets",
    description: "No secret is in the state in clear, or written into a pod.",
    settings: {
        allowedNames: {
            type: "array",
            items: { type: "string" },
            description: "Variables that are no secrets, whatever their names say.",
            default: [],
        },
    },
    check: (resource, settings) => [
        ...ofSecret(resource),
        ...ofPods(resource, settings),
        ...ofCommand(resource, settings),
        ...credentials(resource, resource.props, []),
    ],
};

/** In the place of what must not be seen in a log either. */
const NOT_SHOWN = "(not shown)";
const IN_STATE = "Make it secret where it appears, by pulumi.secret.";

function ofSecret(resource: PolicyResource): Problem[] {
    const { group, kind } = kindOf(resource);
    if (group !== "core" || kind !== "Secret") return [];
    return ["data", "stringData"].flatMap((map) => {
        const clear = Object.entries(mapAt(resource.props, map))
            .filter(([key, value]) => value !== UNKNOWN && !isSecret(resource, [map, key]))
            .map(([key]) => key);
        if (clear.length === 0) return [];
        return [
            { property: map, value: clear, rule: "must be secret in the state", fix: IN_STATE },
        ];
    });
}

/** Whoever may read pods reads what is in them, secret in the state or not. */
function ofPods(resource: PolicyResource, settings: Settings): Problem[] {
    const containers = podsOf(resource).flatMap((pod) => pod.containers);
    return containers.flatMap(({ path, props }) =>
        listAt(props, "env").flatMap((variable, i) => {
            if (!isMap(variable) || !isTelling(variable.name, variable.value, settings)) return [];
            return [
                {
                    property: formatPath([...path, "env", i, "value"]),
                    value: NOT_SHOWN,
                    rule: `must not be written out, for ${variable.name} is a secret's name`,
                    fix: "Take it from a Secret, by valueFrom.secretKeyRef; a name that is none goes into allowedNames.",
                },
            ];
        }),
    );
}

/** The state keeps the environment of a command that runs here. */
function ofCommand(resource: PolicyResource, settings: Settings): Problem[] {
    if (!resource.type.startsWith("command:")) return [];
    return Object.entries(mapAt(resource.props, "environment")).flatMap(([name, value]) => {
        const path = ["environment", name];
        if (!isTelling(name, value, settings) || isSecret(resource, path)) return [];
        const rule = "must be secret in the state, for its name says so";
        return [{ property: formatPath(path), value: NOT_SHOWN, rule, fix: IN_STATE }];
    });
}

const SECRET_NAME = /PASSW|TOKEN|SECRET|KEY/i;
/** A variable that says where a secret is, or something about it. */
const ABOUT = /_(PATH|FILE|DIR|NAME|ID|URL|TYPE|ALGORITHM|AUDIENCES?|TTL|ENABLED|DISABLED)$/i;
/** What no secret looks like: nothing, a switch, a number, a path. */
const HARMLESS = /^(|true|false|\d{1,6}|\/[\w./-]+)$/;

function isTelling(name: unknown, value: unknown, { allowedNames }: Settings): name is string {
    if (typeof name !== "string" || typeof value !== "string") return false;
    if (!SECRET_NAME.test(name) || ABOUT.test(name) || allowedNames.includes(name)) return false;
    return !HARMLESS.test(value);
}

/** Private keys and kubeconfigs, wherever they are. */
function credentials(resource: PolicyResource, value: unknown, path: Path): Problem[] {
    if (path.length > 0 && isSecret(resource, path)) return [];
    if (typeof value === "string") {
        const what = credentialIn(value) ?? credentialIn(decoded(value));
        if (what === undefined) return [];
        const property = formatPath(path);
        return [
            { property, value: NOT_SHOWN, rule: `must not hold ${what} in clear`, fix: IN_STATE },
        ];
    }
    if (typeof value !== "object" || value === null) return [];
    return Object.entries(value).flatMap(([key, item]) =>
        credentials(resource, item, [...path, Array.isArray(value) ? Number(key) : key]),
    );
}

function credentialIn(text: string): string | undefined {
    if (/-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY-----/.test(text)) return "a private key";
    // As YAML or JSON. One without credentials gives nothing away.
    const isKubeconfig = /\bkind["']?\s*:\s*["']?Config\b/.test(text);
    const hasUser = /\b(client-key-data|token|password)["']?\s*:\s*["']?[^\s"']/.test(text);
    return isKubeconfig && hasUser ? "a kubeconfig with credentials" : undefined;
}

/** What a text is in base64, "" where it is none. */
function decoded(text: string): string {
    if (text.length < 64 || !/^[A-Za-z0-9+/\s]+=*\s*$/.test(text)) return "";
    return Buffer.from(text, "base64").toString("utf8");
}
