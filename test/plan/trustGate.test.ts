// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PROXY_RIGHTS } from "../../plan/existingRights";
import { formatProblem } from "../../plan/problem";
import { ownRootId } from "../../plan/rootId";
import type { Issued, LiveTrust, ServedTrust, SilentProxy } from "../../plan/servedTrust";
import { checkTrust } from "../../plan/trustGate";
import { changesTrust } from "../../plan/trustRules";
import { type TrustStage, rootsOf } from "../../plan/trustStages";
import { type TrustTarget, ownTarget } from "../../plan/trustTarget";

const stage = (root: number, rotation?: TrustStage["rotation"]): TrustStage => ({ root, rotation });
const target = (...to: Parameters<typeof stage>) => ownTarget(rootsOf(stage(...to)), ["a", "b"]);

function issued({ root, rotation }: TrustStage): Issued {
    const { signing, trusted } = rootsOf({ root, rotation });
    return { trusted: trusted.map(ownRootId), signer: ownRootId(signing) };
}

/** A cluster in which everything is at a stage, but for what is given, with proxies x/p1 and so on. */
function live(
    cluster: string,
    at: TrustStage,
    {
        proxies = [],
        ...changes
    }: Partial<Omit<LiveTrust, "proxies">> & {
        proxies?: readonly (TrustStage | Issued | string)[];
    } = {},
): LiveTrust {
    const named = proxies.map((proxy, i) => {
        const name = `x/p${String(i + 1)}`;
        if (typeof proxy === "string") return { name, silent: proxy };
        return { name, ...("root" in proxy ? issued(proxy) : proxy) };
    });
    const all = issued(at);
    return { cluster, asked: true, stored: all, accepted: all, ...changes, proxies: named };
}

const check = (to: TrustTarget, ...served: readonly ServedTrust[]) =>
    checkTrust(to, served).map(formatProblem);

const ONE = stage(1);
const TRUST_NEXT = stage(1, "trust-next");
const ISSUE_NEXT = stage(1, "issue-next");
const TWO = stage(2);

const HOW = "`npm run rotate -- --root` takes a stage, and waits for that.";
const use = (nearest: string) => `Use ${nearest} until every proxy has what that brings; ${HOW}`;
const USE_TRUST_NEXT = use("trust.root 1 with trust.rotation trust-next");
const USE_ISSUE_NEXT = use("trust.root 1 with trust.rotation issue-next");

describe("checkTrust", () => {
    it("has nothing to say where nobody is there", () => {
        expect(check(target(7))).to.deep.equal([]);
    });

    it("accepts the next stage, and the one before, where all have what the present one brings", () => {
        const all = (at: TrustStage) => [
            live("a", at, { proxies: [at, at] }),
            live("b", at, { proxies: [at] }),
        ];
        const steps = [
            [ONE, TRUST_NEXT],
            [TRUST_NEXT, ISSUE_NEXT],
            [ISSUE_NEXT, TWO],
        ] as const;
        for (const [from, to] of steps) {
            expect(check(target(to.root, to.rotation), ...all(from))).to.deep.equal([]);
            expect(check(target(from.root, from.rotation), ...all(to))).to.deep.equal([]);
        }
    });

    it("refuses to sign by a root that some proxies do not trust yet", () => {
        const proxies = [ONE, TRUST_NEXT, TRUST_NEXT, ONE, TRUST_NEXT];
        expect(
            check(
                target(1, "issue-next"),
                live("a", TRUST_NEXT, { proxies: [TRUST_NEXT] }),
                live("b", TRUST_NEXT, { proxies }),
            ),
        ).to.deep.equal([
            'trust.rotation: "issue-next" cannot be used yet: ' +
                `in b 2 of 5 proxies do not trust root 2: x/p1, x/p4. ${USE_TRUST_NEXT}`,
        ]);
    });

    it("refuses to sign by a root that istiod does not hand out yet", () => {
        const to = target(1, "issue-next");
        const pending = live("a", TRUST_NEXT, { accepted: issued(ONE), proxies: [TRUST_NEXT] });
        expect(check(to, pending)).to.deep.equal([
            'trust.rotation: "issue-next" cannot be used yet: ' +
                `in a root 2 is not in ConfigMap istio-ca-root-cert. ${USE_TRUST_NEXT}`,
        ]);
    });

    it("refuses to sign by a root that istiod is about to drop", () => {
        const going = live("a", ONE, { accepted: issued(TRUST_NEXT), proxies: [TRUST_NEXT] });
        expect(check(target(1, "issue-next"), going)).to.deep.equal([
            'trust.rotation: "issue-next" cannot be used yet: ' +
                `in a root 2 is not in Secret cacerts. ${USE_TRUST_NEXT}`,
        ]);
    });

    it("refuses to skip a stage, in every cluster that it would break", () => {
        const remote = live("c", ONE, { stored: undefined, proxies: [ONE] });
        expect(
            check(target(1, "issue-next"), live("a", ONE, { proxies: [ONE] }), remote),
        ).to.deep.equal(
            ["a", "c"].map(
                (name) =>
                    'trust.rotation: "issue-next" cannot be used yet: ' +
                    `in ${name} root 2 is not in ConfigMap istio-ca-root-cert, ` +
                    `and 1 of 1 proxies does not trust it: x/p1. ${USE_TRUST_NEXT}`,
            ),
        );
    });

    it("refuses to drop a root that is in use", () => {
        const proxies = [ISSUE_NEXT, TRUST_NEXT, TRUST_NEXT, TRUST_NEXT, TRUST_NEXT];
        expect(check(target(2), live("a", ISSUE_NEXT, { proxies }))).to.deep.equal([
            "trust.root: 2 cannot be used yet: it drops root 1, which in a signs the certificates of " +
                `4 of 5 proxies: x/p2, x/p3, x/p4 and 1 more. ${USE_ISSUE_NEXT}`,
        ]);
    });

    it("refuses to drop a root by which istiod signs still", () => {
        const to = target(2);
        const pending = live("a", ISSUE_NEXT, {
            accepted: { trusted: ["root 1", "root 2"], signer: "root 1" },
            proxies: [ISSUE_NEXT],
        });
        expect(check(to, pending)).to.deep.equal([
            `trust.root: 2 cannot be used yet: it drops root 1, which in a signs the intermediate. ${USE_ISSUE_NEXT}`,
        ]);
    });

    it("says both where a stage was skipped", () => {
        expect(check(target(2), live("a", ONE, { proxies: [ONE] }))).to.deep.equal([
            "trust.root: 2 cannot be used yet: in a root 2 is not in ConfigMap istio-ca-root-cert, " +
                `and 1 of 1 proxies does not trust it: x/p1. ${USE_TRUST_NEXT}`,
            "trust.root: 2 cannot be used yet: it drops root 1, which in a signs the intermediate " +
                `and the certificates of 1 of 1 proxies: x/p1. ${USE_TRUST_NEXT}`,
        ]);
    });

    it("refuses where a proxy does not answer, for nobody knows what it trusts", () => {
        const served = live("a", ONE, { proxies: [ONE, "it takes more than 60 s", "x"] });
        const [first] = served.proxies ?? [];
        const [, alone] = served.proxies as SilentProxy[];
        const fix =
            "Have them answer, or delete their pods: new ones are given what is served now.";
        expect(check(target(1, "trust-next"), served)).to.deep.equal([
            'trust.rotation: "trust-next" cannot be used yet: in a 2 of 3 proxies do not say what they ' +
                `trust: x/p2 (it takes more than 60 s), x/p3 (x). ${fix}`,
        ]);
        if (!first || !alone) throw new Error("there are three proxies");
        expect(
            check(target(1, "trust-next"), { ...served, proxies: [first, alone] }),
        ).to.deep.equal([
            'trust.rotation: "trust-next" cannot be used yet: in a 1 of 2 proxies does not say what it ' +
                `trusts: x/p2 (it takes more than 60 s). ${fix}`,
        ]);
    });

    it("refuses where a certificate leads nowhere", () => {
        const proxies = [{ trusted: ["root 1"], signer: undefined }];
        const fix =
            "Keep the root that is in use: no stage of a rotation leads from it to this one.";
        expect(check(target(1, "trust-next"), live("a", ONE, { proxies }))).to.deep.equal([
            'trust.rotation: "trust-next" cannot be used yet: ' +
                `in a the certificates of 1 of 1 proxies lead to no root that is known: x/p1. ${fix}`,
        ]);
    });

    it("refuses to take roots of the fleet's own for an external one", () => {
        const external = { trusted: ["AB:CD"], signer: "AB:CD" };
        const served = live("a", ONE, { stored: external, accepted: external });
        const fix =
            "Keep the root that is in use: no stage of a rotation leads from it to this one.";
        expect(check(target(1), served)).to.deep.equal([
            `trust.root: 1 cannot be used yet: in a root 1 is not in ConfigMap istio-ca-root-cert. ${fix}`,
            `trust.root: 1 cannot be used yet: it drops root AB:CD, which in a signs the intermediate. ${fix}`,
        ]);
    });

    it("refuses a change where a cluster cannot be asked", () => {
        const stopped = { cluster: "b", asked: false, reason: "its node is stopped", missing: [] };
        const forbidden = { cluster: "c", asked: false, reason: "no", missing: PROXY_RIGHTS };
        const unasked = [stopped, forbidden] as const;
        expect(
            check(target(1, "trust-next"), live("a", ONE), ...(unasked as readonly ServedTrust[])),
        ).to.deep.equal([
            'trust.rotation: "trust-next" cannot be used yet: what b trusts is not known, ' +
                "its node is stopped. Have that cluster answer first.",
            'trust.rotation: "trust-next" cannot be used yet: what c trusts is not known, no. ' +
                "Allow its user: get, list pods; get, create pods/exec.",
        ]);
        expect(check(target(1), live("a", ONE), stopped as ServedTrust)).to.deep.equal([]);
    });

    it("takes a cluster whose istiod has not come up yet by what is stored", () => {
        const coming = live("a", ONE, { accepted: undefined });
        expect(check(target(1, "trust-next"), coming)).to.deep.equal([]);
        expect(check(target(1, "issue-next"), coming)).to.deep.equal([
            `trust.rotation: "issue-next" cannot be used yet: in a root 2 is not in Secret cacerts. ${USE_TRUST_NEXT}`,
        ]);
    });

    it("mends a Secret that cannot be read", () => {
        const broken = { trusted: [], signer: undefined };
        expect(check(target(1), live("a", ONE, { stored: broken, proxies: [ONE] }))).to.deep.equal(
            [],
        );
    });
});

describe("checkTrust of external roots", () => {
    const roots = {
        kind: "external",
        certificates: "./roots.pem",
        intermediates: "./signed",
    } as const;
    const external = (trusted: string[], signer: string): TrustTarget => ({
        roots,
        trusted,
        signers: new Map([["a", signer]]),
    });
    const served = (trusted: string[], signer: string) => {
        const all = { trusted, signer };
        return live("a", ONE, { stored: all, accepted: all, proxies: [all] });
    };
    const fix =
        "Trust a new root first, sign by it once every proxy does, and drop the old one last.";

    it("accepts a root more, then another signer, then a root less", () => {
        expect(check(external(["A", "B"], "A"), served(["A"], "A"))).to.deep.equal([]);
        expect(check(external(["A", "B"], "B"), served(["A", "B"], "A"))).to.deep.equal([]);
        expect(check(external(["B"], "B"), served(["A", "B"], "B"))).to.deep.equal([]);
    });

    it("refuses intermediates by a root that is not trusted yet", () => {
        expect(check(external(["A", "B"], "B"), served(["A"], "A"))).to.deep.equal([
            'trust.externalRoot.intermediates: "./signed" cannot be used yet: in a root B is not in ' +
                `ConfigMap istio-ca-root-cert, and 1 of 1 proxies does not trust it: x/p1. ${fix}`,
        ]);
    });

    it("refuses roots without one that is in use", () => {
        expect(check(external(["B"], "B"), served(["A", "B"], "A"))).to.deep.equal([
            'trust.externalRoot.certificates: "./roots.pem" cannot be used yet: it drops root A, which ' +
                `in a signs the intermediate and the certificates of 1 of 1 proxies: x/p1. ${fix}`,
        ]);
    });

    it("sees no change where an intermediate is not signed yet", () => {
        const target = { roots, trusted: ["A"], signers: new Map<string, string>() };
        expect(changesTrust(target, [served(["A"], "A")])).to.equal(false);
        expect(changesTrust({ ...target, trusted: ["A", "B"] }, [served(["A"], "A")])).to.equal(
            true,
        );
    });
});

describe("changesTrust", () => {
    const changes = (to: TrustTarget, ...served: readonly ServedTrust[]) =>
        changesTrust(to, served);

    it("is false where what is stored is what is wanted, in whatever order", () => {
        const turned = { trusted: ["root 2", "root 1"], signer: "root 1" };
        expect(changes(target(1, "trust-next"), live("a", TRUST_NEXT))).to.equal(false);
        const other = live("a", TRUST_NEXT, { stored: turned });
        expect(changes(target(1, "trust-next"), other)).to.equal(false);
    });

    it("is false where istiod has not taken up yet what is wanted", () => {
        const pending = live("a", TRUST_NEXT, { accepted: issued(ONE) });
        expect(changes(target(1, "trust-next"), pending)).to.equal(false);
    });

    it("is true where the roots or the signer of one cluster differ", () => {
        const same = live("a", TRUST_NEXT);
        expect(changes(target(1, "trust-next"), same, live("b", ONE))).to.equal(true);
        expect(changes(target(1, "trust-next"), same, live("b", ISSUE_NEXT))).to.equal(true);
        expect(changes(target(1), same)).to.equal(true);
    });

    it("is false of remotes alone, and of clusters that cannot be asked", () => {
        const remote = live("c", ONE, { stored: undefined });
        const stopped = { cluster: "b", asked: false, reason: "x", missing: [] } as const;
        expect(changes(target(1, "trust-next"), remote, stopped)).to.equal(false);
    });
});
