// SPDX-License-Identifier: Apache-2.0
import type { RootId } from "./rootId";
import type { Issued, ServedTrust } from "./servedTrust";
import { type TrustStage, placeOf, stagesOf } from "./trustStages";
import type { TrustTarget } from "./trustTarget";

/** The stage of a rotation that comes after another. After the last there is a new root. */
export function nextStage(stage: TrustStage): TrustStage {
    const next = stagesOf(stage.root, stage.root + 1).find(
        (candidate) => placeOf(candidate) === placeOf(stage) + 1,
    );
    if (!next) throw new Error("every stage has a next one");
    return next;
}

/** What a stage does, for people. */
export function describeChange({ root, rotation }: TrustStage): string {
    const next = String(root + 1);
    if (rotation === "trust-next") {
        return `root ${next} is made, and trusted beside root ${String(root)}`;
    }
    if (rotation === "issue-next") return `root ${next} signs every intermediate`;
    return `root ${String(root - 1)} is trusted no more, and its key is gone`;
}

/**
 * Who does not serve exactly a target yet: clusters, whose istiod has not taken it up, and proxies, as
 * `<cluster>/<namespace>/<pod>`. Empty when a stage is finished.
 */
export function behind(target: TrustTarget, served: readonly ServedTrust[]): string[] {
    return served.flatMap((one) => {
        if (!one.asked) return [one.cluster];
        const signer = target.signers.get(one.cluster);
        const accepts =
            one.accepted !== undefined && is(target, one.accepted, one.stored ? signer : undefined);
        const proxies = (one.proxies ?? [])
            .filter((proxy) => "silent" in proxy || !proxy.signer || !is(target, proxy, signer))
            .map(({ name }) => `${one.cluster}/${name}`);
        return [...(accepts ? [] : [`${one.cluster}/istiod`]), ...proxies];
    });
}

/** @param signer undefined where any will do: a remote's is its primary's. */
function is({ trusted, signers }: TrustTarget, found: Issued, signer: RootId | undefined): boolean {
    const all = trusted.every((id) => found.trusted.includes(id));
    const only = found.trusted.every((id) => trusted.includes(id));
    const allowed = signer === undefined ? [...signers.values()] : [signer];
    return all && only && (found.signer === undefined || allowed.includes(found.signer));
}
