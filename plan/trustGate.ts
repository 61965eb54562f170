// SPDX-License-Identifier: Apache-2.0
import { describeRights } from "./existingRights";
import type { Problem } from "./problem";
import { describeRoot, ownRootNumber } from "./rootId";
import type { LiveTrust, ServedTrust, UnaskedCluster } from "./servedTrust";
import { several } from "./several";
import { type Distrust, type Dropped, changesTrust, distrusts, dropped } from "./trustRules";
import { describeStage, placeOf, rootsOf, stageOf, stagesOf } from "./trustStages";
import { type TrustTarget, ownTarget } from "./trustTarget";

/**
 * Why an update would have workloads refuse each other. Two rules, whatever was before:
 *
 * 1. What is to sign, everybody trusts already. Otherwise a stage was skipped, or is not finished.
 * 2. What signs still, stays trusted.
 *
 * So a rotation goes a stage at a time, forward or back, once the whole fleet is ready for it. Only the
 * end of one may be skipped for the beginning of the next: the same root signs all the while.
 *
 * @param served by the clusters that are there, with what their proxies use.
 */
export function checkTrust(target: TrustTarget, served: readonly ServedTrust[]): Problem[] {
    if (!changesTrust(target, served)) return [];
    const fix = fixOf(target, served);
    return served.flatMap((one) => {
        if (!one.asked) return [unasked(target, one)];
        return [
            ...distrusts(target, one).map((found) => distrusted(target, one, found, fix)),
            ...dropped(target, one).map((found) => drops(target, one, found, fix)),
            ...silent(target, one),
        ];
    });
}

/** A problem with what signs, or with what is trusted: with own roots the same keys decide both. */
function problem(
    { roots }: TrustTarget,
    about: "signing" | "trusted",
    why: string,
    fix: string,
): Problem {
    const rest = { rule: `cannot be used yet: ${why}`, fix };
    if (roots.kind === "external") {
        const key = about === "signing" ? "intermediates" : "certificates";
        return { property: `trust.externalRoot.${key}`, value: roots[key], ...rest };
    }
    const { root, rotation } = stageOf(roots);
    return rotation === undefined
        ? { property: "trust.root", value: root, ...rest }
        : { property: "trust.rotation", value: rotation, ...rest };
}

function unasked(target: TrustTarget, { cluster, reason, missing }: UnaskedCluster): Problem {
    const why = `what ${cluster} trusts is not known, ${reason}`;
    const fix =
        missing.length > 0
            ? `Allow its user: ${describeRights(missing)}.`
            : "Have that cluster answer first.";
    return problem(target, "signing", why, fix);
}

function silent(target: TrustTarget, { cluster, proxies = [] }: LiveTrust): Problem[] {
    const found = proxies.filter((proxy) => "silent" in proxy);
    if (found.length === 0) return [];
    const verb = found.length === 1 ? "does not say what it trusts" : "do not say what they trust";
    const names = several(found.map(({ name, silent: why }) => `${name} (${why})`));
    const why = `in ${cluster} ${share(found.length, proxies.length)} ${verb}: ${names}`;
    const fix = "Have them answer, or delete their pods: new ones are given what is served now.";
    return [problem(target, "signing", why, fix)];
}

function distrusted(
    target: TrustTarget,
    { cluster, proxies = [] }: LiveTrust,
    { root, lacking, proxies: names }: Distrust,
    fix: string,
): Problem {
    const name = describeRoot(root);
    const parts = lacking === undefined ? [] : [`${name} is not in ${lacking}`];
    if (names.length > 0) {
        const verb = names.length === 1 ? "does not trust" : "do not trust";
        const what = lacking === undefined ? name : "it";
        const who = share(names.length, proxies.length);
        parts.push(`${who} ${verb} ${what}: ${several(names)}`);
    }
    return problem(target, "signing", `in ${cluster} ${parts.join(", and ")}`, fix);
}

function drops(
    target: TrustTarget,
    { cluster, proxies = [] }: LiveTrust,
    { root, intermediate, proxies: names }: Dropped,
    fix: string,
): Problem {
    const who = `the certificates of ${share(names.length, proxies.length)}`;
    const list = names.length > 0 ? `: ${several(names)}` : "";
    if (root === undefined) {
        const why = `in ${cluster} ${who} lead to no root that is known${list}`;
        return problem(target, "trusted", why, fix);
    }
    const what = [
        ...(intermediate ? ["the intermediate"] : []),
        ...(names.length > 0 ? [who] : []),
    ];
    const why = `it drops ${describeRoot(root)}, which in ${cluster} signs ${what.join(" and ")}${list}`;
    return problem(target, "trusted", why, fix);
}

function share(some: number, all: number): string {
    return `${String(some)} of ${String(all)} proxies`;
}

/** What to do about roots. It follows from the whole fleet, so all clusters' problems have the same. */
function fixOf(target: TrustTarget, served: readonly ServedTrust[]): string {
    if (target.roots.kind === "external") {
        return "Trust a new root first, sign by it once every proxy does, and drop the old one last.";
    }
    const nearest = nearestStage(
        target.roots,
        served.filter((one) => one.asked),
    );
    return nearest === undefined
        ? "Keep the root that is in use: no stage of a rotation leads from it to this one."
        : `Use ${nearest} until every proxy has what that brings; \`npm run rotate -- --root\` takes a stage, and waits for that.`;
}

/** The stage next to a target that can be used, as far as roots are concerned. */
function nearestStage(
    wanted: Extract<TrustTarget["roots"], { kind: "own" }>,
    live: readonly LiveTrust[],
): string | undefined {
    const primaries = live.filter(({ stored }) => stored).map(({ cluster }) => cluster);
    const numbers = [...wanted.trusted, ...rootNumbers(live)];
    const place = placeOf(stageOf(wanted));
    const stage = stagesOf(Math.min(...numbers), Math.max(...numbers))
        .sort((a, b) => Math.abs(placeOf(a) - place) - Math.abs(placeOf(b) - place))
        .find((candidate) => {
            const target = ownTarget(rootsOf(candidate), primaries);
            return live.every(
                (one) => distrusts(target, one).length + dropped(target, one).length === 0,
            );
        });
    return stage && describeStage(stage);
}

function rootNumbers(live: readonly LiveTrust[]): number[] {
    return live
        .flatMap(({ stored, accepted }) => [stored, accepted])
        .flatMap((issued) => (issued?.trusted ?? []).map(ownRootNumber))
        .filter((number) => number !== undefined);
}
