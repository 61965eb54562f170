// SPDX-License-Identifier: Apache-2.0
import type { TrustConfig } from "../config/trust";
import type { Problem } from "./problem";

/** Where the roots of the mesh come from. */
export type RootsPlan =
    | {
          readonly kind: "own";
          /** Number of the root that signs the intermediates. */
          readonly signing: number;
          /** Numbers of the roots that every workload trusts, sorted. */
          readonly trusted: readonly number[];
      }
    | {
          readonly kind: "external";
          /** Path of a file with the root certificates. */
          readonly certificates: string;
          /** Path of a folder with the signed intermediates. */
          readonly intermediates: string;
      };

/** Organization of the certificates that the fleet makes. */
export const ROOT_ORGANIZATION = "istio-fleet";

/** Common name of a root: what tells it from the others. */
export function rootName(number: number): string {
    return number === 1 ? "Root CA" : `Root CA ${String(number)}`;
}

/** How long the token of an edge lives, and when it is replaced. */
export interface EdgeTokensPlan {
    readonly lifeHours: number;
    /** With fewer hours left it is replaced. */
    readonly noticeHours: number;
}

/** The certificates of the mesh, and the credentials of its edges. */
export interface TrustPlan {
    readonly domain: string;
    readonly rootValidityDays: number;
    readonly intermediateValidityDays: number;
    /** An intermediate with fewer hours left is renewed. */
    readonly intermediateRenewalHours: number;
    readonly keyAlgorithm: "ECDSA" | "RSA";
    readonly roots: RootsPlan;
    /** Undefined where tokens do not expire. */
    readonly edgeTokens: EdgeTokensPlan | undefined;
}

const HOURS_PER_DAY = 24;
/** The last third of a life is for renewing it: that leaves time for more than one attempt. */
const RENEWAL_PART = 3;

/** The plan of trust, or what is wrong with it. */
export function planTrust(config: TrustConfig): {
    readonly plan: TrustPlan;
    readonly problems: readonly Problem[];
} {
    const { domain, keyAlgorithm, rootValidityDays, intermediateValidityDays } = config;
    const renewalHours =
        config.intermediateRenewalDays === undefined
            ? Math.floor((intermediateValidityDays * HOURS_PER_DAY) / RENEWAL_PART)
            : config.intermediateRenewalDays * HOURS_PER_DAY;
    return {
        plan: {
            domain,
            keyAlgorithm,
            rootValidityDays,
            intermediateValidityDays,
            intermediateRenewalHours: renewalHours,
            roots: planRoots(config),
            edgeTokens: planEdgeTokens(config),
        },
        problems: [...checkValidities(config), ...checkRoots(config), ...checkEdgeTokens(config)],
    };
}

function planRoots({ root, rotation, externalRoot }: TrustConfig): RootsPlan {
    if (externalRoot) return { kind: "external", ...externalRoot };
    if (rotation === undefined) return { kind: "own", signing: root, trusted: [root] };
    const next = root + 1;
    return {
        kind: "own",
        signing: rotation === "trust-next" ? root : next,
        trusted: [root, next],
    };
}

function planEdgeTokens({
    edgeTokenHours: lifeHours,
    edgeTokenNoticeHours: noticeHours,
}: TrustConfig): EdgeTokensPlan | undefined {
    if (lifeHours === undefined) return undefined;
    const third = Math.max(1, Math.floor(lifeHours / RENEWAL_PART));
    return { lifeHours, noticeHours: noticeHours ?? third };
}

function checkValidities({
    rootValidityDays,
    intermediateValidityDays,
    intermediateRenewalDays,
}: TrustConfig): Problem[] {
    const problems: Problem[] = [];
    if (intermediateValidityDays >= rootValidityDays) {
        problems.push({
            property: "trust.intermediateValidityDays",
            value: intermediateValidityDays,
            rule: `must be below trust.rootValidityDays (${String(rootValidityDays)}), or intermediates outlive their root`,
            fix: "Make it smaller, or give the root more days.",
        });
    }
    if (
        intermediateRenewalDays !== undefined &&
        intermediateRenewalDays >= intermediateValidityDays
    ) {
        problems.push({
            property: "trust.intermediateRenewalDays",
            value: intermediateRenewalDays,
            rule: `must be below trust.intermediateValidityDays (${String(intermediateValidityDays)}), or every update renews the intermediates`,
            fix: "Make it smaller, or leave it out for a third of the validity.",
        });
    }
    return problems;
}

/** An external root is rotated by its files alone. */
function checkRoots({ root, rotation, externalRoot }: TrustConfig): Problem[] {
    if (!externalRoot) return [];
    const problem = (property: string, value: unknown): Problem => ({
        property,
        value,
        rule: "is about roots of the fleet's own, and trust.externalRoot is given",
        fix: "Leave it out: what the files of trust.externalRoot hold says which roots are trusted.",
    });
    return [
        ...(root === 1 ? [] : [problem("trust.root", root)]),
        ...(rotation === undefined ? [] : [problem("trust.rotation", rotation)]),
    ];
}

function checkEdgeTokens({ edgeTokenHours, edgeTokenNoticeHours }: TrustConfig): Problem[] {
    if (edgeTokenNoticeHours === undefined) return [];
    const problem = (rule: string, fix: string): Problem[] => [
        { property: "trust.edgeTokenNoticeHours", value: edgeTokenNoticeHours, rule, fix },
    ];
    if (edgeTokenHours === undefined) {
        return problem(
            "means nothing without trust.edgeTokenHours: tokens do not expire then",
            "Give tokens a life, for example trust.edgeTokenHours: 24, or leave it out.",
        );
    }
    if (edgeTokenNoticeHours < edgeTokenHours) return [];
    return problem(
        `must be below trust.edgeTokenHours (${String(edgeTokenHours)}), or every update replaces the tokens`,
        "Make it smaller, or leave it out for a third of their life.",
    );
}
