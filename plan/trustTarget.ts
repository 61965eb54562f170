// SPDX-License-Identifier: Apache-2.0
import { parseCertificates } from "./certificates";
import type { ExternalRoot } from "./externalRoot";
import { type FleetPlan, primaryNames } from "./fleet";
import { type RootId, ownRootId, rootId } from "./rootId";
import type { RootsPlan } from "./trust";

/** What is to be trusted, and who is to sign. */
export interface TrustTarget {
    readonly roots: RootsPlan;
    /** What every workload is to trust. */
    readonly trusted: readonly RootId[];
    /** The root behind the intermediate of each primary, by its name. Where none is signed yet, none. */
    readonly signers: ReadonlyMap<string, RootId>;
}

/** The target of roots of the fleet's own. */
export function ownTarget(
    roots: Extract<RootsPlan, { kind: "own" }>,
    primaries: readonly string[],
): TrustTarget {
    const signer = ownRootId(roots.signing);
    return {
        roots,
        trusted: roots.trusted.map(ownRootId),
        signers: new Map(primaries.map((name) => [name, signer])),
    };
}

/** The target of a root that is kept elsewhere. */
export function externalTarget(
    roots: Extract<RootsPlan, { kind: "external" }>,
    { rootCertPem, signed }: Pick<ExternalRoot, "rootCertPem" | "signed">,
): TrustTarget {
    const signers = [...signed].flatMap(([primary, { trustedPem }]) =>
        // Its own root comes first.
        rootIds(trustedPem)
            .slice(0, 1)
            .map((id) => [primary, id] as const),
    );
    return { roots, trusted: rootIds(rootCertPem), signers: new Map(signers) };
}

/** The target of a plan, and of what there is of a root that is kept elsewhere. */
export function trustTarget(
    plan: Pick<FleetPlan, "clusters" | "trust">,
    external: ExternalRoot | undefined,
): TrustTarget {
    const { roots } = plan.trust;
    if (roots.kind === "own") return ownTarget(roots, primaryNames(plan));
    if (!external) throw new Error("the files of trust.externalRoot were not read");
    return externalTarget(roots, external);
}

function rootIds(pem: string): RootId[] {
    return parseCertificates(pem).map(rootId);
}
