// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { complaints } from "./fleets";

/** What is wrong in words, the config, and its messages. */
export type Row = [what: string, config: Record<string, unknown>, messages: string[]];

/** Rows of a key beside a good list of clusters. */
export function beside(
    key: string,
    rows: [what: string, value: unknown, message: string][],
): Row[] {
    return rows.map(([what, value, message]) => [
        what,
        { clusters: [{ name: "east" }, { name: "west" }], [key]: value },
        [message],
    ]);
}

/** Rows of one cluster. */
export function oneCluster(rows: [what: string, cluster: unknown, message: string][]): Row[] {
    return rows.map(([what, cluster, message]) => [what, { clusters: [cluster] }, [message]]);
}

/** A test for each row: its config must be refused with exactly its messages. */
export function describeRefusals(where: string, rows: readonly Row[]): void {
    describe(where, () => {
        for (const [what, config, messages] of rows) {
            it(`refuses ${what}`, () => {
                expect(complaints(config)).to.deep.equal(messages);
            });
        }
    });
}
