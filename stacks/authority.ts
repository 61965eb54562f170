// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { ExternalCa, MeshCa } from "../components";
import type { ExternalRoot } from "../plan/externalRoot";
import { type FleetPlan, primaryNames } from "../plan/fleet";

/** Where the certificates of the mesh come from. */
export interface Authority extends Pick<MeshCa, "rootCertPem" | "caCerts"> {
    /** What is to be signed where the root's key is, by cluster, PEM. Undefined where it is here. */
    readonly certificateRequests?: Readonly<Record<string, pulumi.Output<string>>> | undefined;
}

const NAME = "mesh-ca";

/**
 * The authority of a fleet.
 *
 * @param plan with all primaries, those that wait for a signature too: their keys must stay.
 * @param external root that is kept elsewhere; undefined for one of the fleet's own.
 */
export function createAuthority(plan: FleetPlan, external: ExternalRoot | undefined): Authority {
    const { trust } = plan;
    const names = primaryNames(plan);
    if (trust.roots.kind === "own") {
        const { signing, trusted } = trust.roots;
        return new MeshCa(NAME, { clusterNames: names, ...trust, signing, trusted });
    }
    if (!external) throw new Error("the files of the external root were not read");
    const { rootCertPem, signed } = external;
    const clusters = names.map((name) => ({ name, intermediate: signed.get(name) }));
    return new ExternalCa(NAME, { clusters, rootCertPem, keyAlgorithm: trust.keyAlgorithm });
}

/**
 * Fails where an intermediate is not for the key that it came for. Nothing may be made by then: what is
 * there would not be taken for waiting any more. A preview may not know, and then says nothing.
 */
export async function checkAuthority({ caCerts, certificateRequests }: Authority): Promise<void> {
    if (!certificateRequests) return;
    // Whether it is secret is known of an output once it is there, or is known to be unknown.
    const checks = Object.values(caCerts).map((files) => pulumi.isSecret(files));
    const failed = (await Promise.allSettled(checks)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
}
