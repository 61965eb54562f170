// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Outcome, previewed, repair } from "./carryOut";
import type { FleetUnderTest } from "./fleetUnderTest";

/**
 * Removes a cluster's node, and has a preview name that cluster with all in it, what another cluster
 * reads it by, and nothing else; and one update make it again.
 *
 * @param reader the cluster that has a remote secret of it.
 */
export async function loseCluster(
    fleet: FleetUnderTest,
    cluster: string,
    reader: string,
): Promise<Outcome> {
    await fleet.docker.remove(`${cluster}-control-plane`);
    const named = await previewed(fleet);
    const { changes, seconds } = await repair(fleet);
    for (const all of [named, changes]) {
        expect(all).to.include(`replace command:local:Command ${cluster}-kind`);
        expect(elsewhere(all, cluster)).to.deep.equal([
            `update kubernetes:core/v1:Secret ${reader}.remote-secret.${cluster}-secret`,
        ]);
    }
    await fleet.recovers();
    return { named, seconds };
}

/** Restarts a cluster's node: when it is back, there is nothing to repair. */
export async function restartCluster(fleet: FleetUnderTest, cluster: string): Promise<Outcome> {
    const started = performance.now();
    await fleet.docker.run("restart", `${cluster}-control-plane`);
    await fleet.recovers();
    const seconds = (performance.now() - started) / 1000;
    const named = await previewed(fleet);
    expect(named).to.deep.equal([]);
    return { named, seconds };
}

/** The changes that are not of a cluster itself: what is in it has a name that begins with its own. */
export function elsewhere(changes: readonly string[], cluster: string): string[] {
    return changes.filter((change) => {
        const name = change.split(" ").slice(2).join(" ");
        return !["-", "@", "."].some((separator) => name.startsWith(cluster + separator));
    });
}
