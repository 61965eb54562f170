// SPDX-License-Identifier: Apache-2.0
import { Secret } from "@pulumi/policy";
import { keyOf } from "./rules/rule";
import { type Path, type Props, UNKNOWN } from "./rules/tree";

/** Inputs of a resource, read out of what the SDK hands to a policy. */
export interface Read {
    readonly props: Props;
    /** Paths of what is secret, by keyOf. Only a remediation is told. */
    readonly secrets: ReadonlySet<string>;
}

/**
 * Reads properties. The SDK hands out proxies that throw where a value is not known yet, which would
 * end the whole rule; here what is not known is UNKNOWN, and the rest is looked at. A proxy for a
 * remediation also hides that a value is secret, but what it stands for is a Secret.
 */
export function readProps(props: object): Read {
    const secrets = new Set<string>();
    return { props: readMap(props, [], secrets), secrets };
}

function readMap(map: object, path: Path, secrets: Set<string>): Record<string, unknown> {
    return Object.fromEntries(
        Object.keys(map).map((key) => [key, readKey(map, key, [...path, key], secrets)]),
    );
}

function readKey(holder: object, key: string | number, path: Path, secrets: Set<string>): unknown {
    if (Object.getOwnPropertyDescriptor(holder, key)?.value instanceof Secret) {
        secrets.add(keyOf(path));
    }
    const value = known(holder, key);
    if (Array.isArray(value)) {
        // Its own map() would ask for an element that is not known.
        return Array.from({ length: value.length }, (_, i) =>
            readKey(value, i, [...path, i], secrets),
        );
    }
    return typeof value === "object" && value !== null ? readMap(value, path, secrets) : value;
}

function known(holder: object, key: string | number): unknown {
    try {
        return (holder as Record<string | number, unknown>)[key];
    } catch {
        return UNKNOWN;
    }
}
