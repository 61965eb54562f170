// SPDX-License-Identifier: Apache-2.0

/** The first `x.y.z` in what a tool prints about its version. */
export function findVersion(text: string): string | undefined {
    return /\d+\.\d+\.\d+/.exec(text)?.[0];
}

/** Whether a version is at least another one, and has the same first number. */
export function satisfies(version: string, minimum: string): boolean {
    const have = version.split(".").map(Number);
    const want = minimum.split(".").map(Number);
    for (const [i, part] of want.entries()) {
        const mine = have[i] ?? 0;
        if (mine !== part) return i > 0 && mine > part;
    }
    return true;
}
