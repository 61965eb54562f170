// SPDX-License-Identifier: Apache-2.0

// How Pulumi writes special values in properties (sdk/go/common/resource/properties.go).
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

/** A map of properties. */
export type Properties = Record<string, unknown>;

/** Properties without the wrappers of secrets, and where these were. */
export interface Unwrapped {
    readonly value: unknown;
    /** Paths of everything that was wrapped as secret, as in `stringData.token`. */
    readonly secrets: readonly string[];
}

/** Takes the wrappers of secrets off. */
export function unwrap(value: unknown, path = ""): Unwrapped {
    if (typeof value !== "object" || value === null) return { value, secrets: [] };
    if (isSecret(value)) {
        const inner = unwrap(value.value, path);
        return { value: inner.value, secrets: [path, ...inner.secrets] };
    }
    const at = (key: string) => (path === "" ? key : `${path}.${key}`);
    const entries = Object.entries(value).map(
        ([key, item]) => [key, unwrap(item, at(key))] as const,
    );
    const secrets = entries.flatMap(([, item]) => item.secrets);
    return Array.isArray(value)
        ? { value: entries.map(([, item]) => item.value), secrets }
        : { value: Object.fromEntries(entries.map(([key, item]) => [key, item.value])), secrets };
}

function isSecret(value: object): value is { value: unknown } {
    return SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/** A secret, as the engine hands it to a program. */
export function secret(value: unknown): Properties {
    return { [SIGNATURE]: SECRET, value };
}

/** A reference to a resource, as the engine hands it to a program. */
export function reference(urn: string, id: string): Properties {
    return { [SIGNATURE]: RESOURCE, urn, id };
}
