// SPDX-License-Identifier: Apache-2.0

/*
 * What pulumi says that it would change, or has changed, as `operation type name`. Components are left
 * out: they change with what is in them, and are nothing of their own.
 */

/** Components: ours, charts and the stack itself. */
const COMPONENT = /^(istio-fleet:index|kubernetes:helm\.sh\/v4|pulumi:pulumi):/;

/** Operations that change nothing. A refresh is one for each resource, whatever it finds. */
const CHANGES_NOTHING = new Set(["same", "refresh", "read"]);

/** The part that is read of what `pulumi preview --json` prints (pkg/display/json.go). */
interface Digest {
    readonly steps?: readonly { readonly op: string; readonly urn: string }[];
}

/**
 * What `pulumi preview --json` would change, sorted, each once. With `--refresh` that is the drift: what
 * the refresh itself finds is not in the digest, but what an update would do about it is.
 */
export function previewedChanges(text: string): string[] {
    const { steps = [] } = JSON.parse(text) as Digest;
    const changes = steps
        .filter(({ op }) => !CHANGES_NOTHING.has(op))
        .map(({ op, urn }) => ({ op, ...resourceOf(urn) }));
    return sorted(changes);
}

/** The verbs of what is done, and their operations. A replacement has a line each for its halves, too. */
const DONE = {
    created: "create",
    updated: "update",
    deleted: "delete",
    replaced: "replace",
} as const;

const DONE_LINE =
    /^ *(?:[-+~]+ *)?([\w.-]+:[^ ]*:\w+) +(\S+) +(created|updated|deleted|replaced)\b(?! (?:replacement|original))/gm;

/** What `pulumi up` says that it has changed, sorted, each once. */
export function appliedChanges(text: string): string[] {
    const changes = [...text.matchAll(DONE_LINE)].map(([, type = "", name = "", done]) => ({
        op: DONE[done as keyof typeof DONE],
        type,
        name,
    }));
    return sorted(changes);
}

interface Change {
    readonly op: string;
    readonly type: string;
    readonly name: string;
}

function sorted(changes: readonly Change[]): string[] {
    const lines = changes
        .filter(({ type }) => !COMPONENT.test(type))
        .map(({ op, type, name }) => `${op} ${type} ${name}`);
    return [...new Set(lines)].sort();
}

/** Type and name in `urn:pulumi:stack::project::parent$type::name`; the name may have colons too. */
function resourceOf(urn: string): { type: string; name: string } {
    const [, , types = "", ...name] = urn.split("::");
    return { type: types.split("$").at(-1) ?? "", name: name.join("::") };
}
