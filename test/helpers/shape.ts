// SPDX-License-Identifier: Apache-2.0
import type { Recording, Registration } from "./mocks";

/** A name out of a URN, "" out of none. */
export function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

/**
 * Everything that was made, a line each: `parent > type name`. It says at once how many resources
 * there are, of which types, what they are called and whose children they are.
 */
export function shape(recording: Recording): string[] {
    return recording.all.map(describeOne).sort();
}

function describeOne({ parent, type, name }: Registration): string {
    return `${nameOf(parent)} > ${type} ${name}`;
}
