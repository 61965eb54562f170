// SPDX-License-Identifier: Apache-2.0
import { RemoteReader, RemoteSecret } from "../components";
import type { Edge } from "../plan/edges";
import type { Member } from "./members";
import { required } from "./required";

/**
 * Lets one cluster discover the services of another: an account there, a remote secret here. The
 * resources' names part clusters by dots, which no cluster's name has: with dashes, two edges could
 * have one name.
 */
export function createEdge(
    { observing, observed }: Edge,
    members: ReadonlyMap<string, Member>,
): RemoteSecret {
    const there = required(members.get(observed), observed);
    const here = required(members.get(observing), observing);
    const reader = new RemoteReader(
        `${observed}.reader.${observing}`,
        { observingCluster: observing },
        { ...there.cluster.inCluster, dependsOn: [there.controlPlane] },
    );
    return new RemoteSecret(
        `${observing}.remote-secret.${observed}`,
        {
            observedCluster: observed,
            server: there.cluster.peerApiServer,
            caCertPem: reader.caCertPem,
            token: reader.token,
        },
        { ...here.cluster.inCluster, dependsOn: [here.controlPlane, reader] },
    );
}
