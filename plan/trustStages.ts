// SPDX-License-Identifier: Apache-2.0
import type { RootsPlan } from "./trust";

/** Where a rotation of the fleet's own roots stands, as the config says it. */
export interface TrustStage {
    /** Number of the root that the fleet has, or moves away from. */
    readonly root: number;
    readonly rotation: "trust-next" | "issue-next" | undefined;
}

type OwnRoots = Extract<RootsPlan, { kind: "own" }>;

const ROTATIONS = [undefined, "trust-next", "issue-next"] as const;

/** The stage that a plan of own roots comes from. */
export function stageOf({ signing, trusted }: Pick<OwnRoots, "signing" | "trusted">): TrustStage {
    const root = Math.min(...trusted);
    if (trusted.length === 1) return { root, rotation: undefined };
    return { root, rotation: signing === root ? "trust-next" : "issue-next" };
}

/** The plan of a stage. */
export function rootsOf({ root, rotation }: TrustStage): OwnRoots {
    const trusted = rotation === undefined ? [root] : [root, root + 1];
    return { kind: "own", signing: rotation === "issue-next" ? root + 1 : root, trusted };
}

/** The stages of some roots' numbers in the order in which a rotation goes through them. */
export function stagesOf(first: number, last: number): TrustStage[] {
    const roots = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    return roots.flatMap((root) => ROTATIONS.map((rotation) => ({ root, rotation })));
}

/** Place of a stage among all. */
export function placeOf({ root, rotation }: TrustStage): number {
    return ROTATIONS.length * root + ROTATIONS.indexOf(rotation);
}

/** The config of a stage, in words. */
export function describeStage({ root, rotation }: TrustStage): string {
    const rest =
        rotation === undefined ? "without trust.rotation" : `with trust.rotation ${rotation}`;
    return `trust.root ${String(root)} ${rest}`;
}
