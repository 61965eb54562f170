// SPDX-License-Identifier: Apache-2.0

/**
 * Refuses a name that is more than a word: it becomes the name of containers and of files, and an item
 * of lists that are split at blanks.
 *
 * @param property of a component's inputs.
 */
export function checkPlainName(property: string, name: string): void {
    if (/^[a-z0-9][a-z0-9.-]*$/.test(name)) return;
    throw new Error(
        `${property}: ${JSON.stringify(name)} must be of a-z, 0-9, "." and "-", and begin with a letter or a digit.`,
    );
}
