// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { ownRootId } from "../../plan/rootId";
import { behind, describeChange, nextStage } from "../../plan/rotation";
import type { Issued, LiveTrust, ServedTrust } from "../../plan/servedTrust";
import { type TrustStage, placeOf, rootsOf, stagesOf } from "../../plan/trustStages";
import { type TrustTarget, ownTarget } from "../../plan/trustTarget";

const stage = (root: number, rotation?: TrustStage["rotation"]): TrustStage => ({ root, rotation });
const target = (to: TrustStage) => ownTarget(rootsOf(to), ["a", "b"]);

function issued(at: TrustStage): Issued {
    const { signing, trusted } = rootsOf(at);
    return { trusted: trusted.map(ownRootId), signer: ownRootId(signing) };
}

const ONE = stage(1);
const TRUST_NEXT = stage(1, "trust-next");
const ISSUE_NEXT = stage(1, "issue-next");
const TWO = stage(2);

describe("nextStage", () => {
    it("goes through a rotation, and from its end to the next one", () => {
        expect([ONE, TRUST_NEXT, ISSUE_NEXT, TWO].map(nextStage)).to.deep.equal([
            TRUST_NEXT,
            ISSUE_NEXT,
            TWO,
            stage(2, "trust-next"),
        ]);
    });

    const roots = fc.integer({ min: 1, max: 1_000_000 });
    const stages = roots.chain((root) => fc.constantFrom(...stagesOf(root, root)));

    it("is the next in place, and after three of them everything is as it was, with another root", () => {
        fc.assert(
            fc.property(stages, (first) => {
                const second = nextStage(first);
                const third = nextStage(second);
                const fourth = nextStage(third);
                const place = placeOf(first);
                expect([second, third, fourth].map(placeOf)).to.deep.equal([
                    place + 1,
                    place + 2,
                    place + 3,
                ]);
                expect(fourth).to.deep.equal({ ...first, root: first.root + 1 });
            }),
        );
    });

    it("comes to a new root, and to no rotation, within three", () => {
        fc.assert(
            fc.property(stages, (first) => {
                let found = nextStage(first);
                let steps = 1;
                while (found.rotation !== undefined && steps < 3) {
                    found = nextStage(found);
                    steps++;
                }
                expect(found).to.deep.equal(stage(first.root + 1));
            }),
        );
    });

    it("is none of what is no stage", () => {
        expect(() => nextStage(stage(Number.NaN))).to.throw("every stage has a next one");
    });
});

describe("describeChange", () => {
    it("says what each stage of a rotation does", () => {
        expect([TRUST_NEXT, ISSUE_NEXT, TWO].map(describeChange)).to.deep.equal([
            "root 2 is made, and trusted beside root 1",
            "root 2 signs every intermediate",
            "root 1 is trusted no more, and its key is gone",
        ]);
    });

    it("counts on from whatever root there is", () => {
        const later = [stage(9, "trust-next"), stage(9, "issue-next"), stage(10)];
        expect(later.map(describeChange)).to.deep.equal([
            "root 10 is made, and trusted beside root 9",
            "root 10 signs every intermediate",
            "root 9 is trusted no more, and its key is gone",
        ]);
    });
});

/** A cluster in which everything is at a stage, but for what is given, with proxies x/p1 and so on. */
function live(
    cluster: string,
    at: TrustStage,
    {
        proxies,
        ...changes
    }: Partial<Omit<LiveTrust, "proxies">> & { proxies?: readonly (Issued | string)[] } = {},
): LiveTrust {
    const named = proxies?.map((proxy, i) => {
        const name = `x/p${String(i + 1)}`;
        return typeof proxy === "string" ? { name, silent: proxy } : { name, ...proxy };
    });
    const all = issued(at);
    return { cluster, asked: true, stored: all, accepted: all, ...changes, proxies: named };
}

/** A cluster that another one's istiod serves: it has a ConfigMap alone. */
function remote(cluster: string, at: TrustStage, ...proxies: readonly (Issued | string)[]) {
    const accepted = { ...issued(at), signer: undefined };
    return live(cluster, at, { stored: undefined, accepted, proxies });
}

describe("behind", () => {
    it("is nobody where nobody is there", () => {
        expect(behind(target(TRUST_NEXT), [])).to.deep.equal([]);
    });

    it("is nobody where everybody serves the target", () => {
        const at = issued(TRUST_NEXT);
        expect(
            behind(target(TRUST_NEXT), [
                live("a", TRUST_NEXT, { proxies: [at, at] }),
                live("b", TRUST_NEXT, { proxies: [] }),
                remote("c", TRUST_NEXT, at),
            ]),
        ).to.deep.equal([]);
    });

    it("is nobody where roots are in another order", () => {
        const turned = { trusted: ["root 2", "root 1"], signer: "root 1" };
        const served = live("a", TRUST_NEXT, { accepted: turned, proxies: [turned] });
        expect(behind(target(TRUST_NEXT), [served])).to.deep.equal([]);
    });

    it("is a cluster that cannot be asked, as a whole", () => {
        const stopped = { cluster: "b", asked: false, reason: "x", missing: [] } as const;
        const served = [live("a", ONE, { proxies: [issued(ONE)] }), stopped];
        expect(behind(target(ONE), served)).to.deep.equal(["b"]);
    });

    it("is an istiod that has not come up yet", () => {
        const coming = live("a", ONE, { accepted: undefined });
        expect(behind(target(ONE), [coming])).to.deep.equal(["a/istiod"]);
    });

    it("is an istiod that has not taken up what is stored", () => {
        const pending = live("a", TRUST_NEXT, { accepted: issued(ONE) });
        expect(behind(target(TRUST_NEXT), [pending])).to.deep.equal(["a/istiod"]);
    });

    const others: [what: string, to: TrustStage, found: Issued][] = [
        ["lacks a root", TRUST_NEXT, issued(ONE)],
        ["still trusts a root that goes", TWO, { ...issued(ISSUE_NEXT), signer: "root 2" }],
        ["still signs by the old root", ISSUE_NEXT, issued(TRUST_NEXT)],
        ["already signs by the new root", TRUST_NEXT, issued(ISSUE_NEXT)],
        ["trusts another root", ONE, { trusted: ["root 2"], signer: "root 1" }],
        ["trusts nothing", ONE, { trusted: [], signer: "root 1" }],
    ];
    for (const [what, to, found] of others) {
        it(`is an istiod, and a proxy, that ${what}`, () => {
            const at = issued(to);
            const istiod = live("a", to, { accepted: found, proxies: [at] });
            expect(behind(target(to), [istiod])).to.deep.equal(["a/istiod"]);
            const proxy = live("a", to, { proxies: [at, found] });
            expect(behind(target(to), [proxy])).to.deep.equal(["a/x/p2"]);
        });
    }

    it("is not the Secret: istiod takes it up by itself", () => {
        const stored = live("a", ONE, { stored: issued(TRUST_NEXT) });
        expect(behind(target(ONE), [stored])).to.deep.equal([]);
    });

    it("is a proxy whose certificate leads to no root that is known", () => {
        const lost = live("a", ONE, { proxies: [{ ...issued(ONE), signer: undefined }] });
        expect(behind(target(ONE), [lost])).to.deep.equal(["a/x/p1"]);
    });

    it("is a proxy that does not answer, in remotes too", () => {
        const silent = live("a", ONE, { proxies: ["no answer", issued(ONE)] });
        expect(behind(target(ONE), [silent, remote("c", ONE, "no answer")])).to.deep.equal([
            "a/x/p1",
            "c/x/p1",
        ]);
    });

    it("is everybody in the order in which they were asked", () => {
        const old = issued(ONE);
        const served: ServedTrust[] = [
            live("b", ONE, { proxies: [old, old] }),
            { cluster: "d", asked: false, reason: "x", missing: [] },
            live("a", TRUST_NEXT, { proxies: [issued(TRUST_NEXT), old] }),
        ];
        expect(behind(target(TRUST_NEXT), served)).to.deep.equal([
            "b/istiod",
            "b/x/p1",
            "b/x/p2",
            "d",
            "a/x/p2",
        ]);
    });

    it("takes what proxies were not asked for what nobody lacks", () => {
        expect(behind(target(ONE), [live("a", ONE)])).to.deep.equal([]);
    });

    describe("with a signer of each primary's own", () => {
        const by = (signer: string): Issued => ({ trusted: ["A", "B"], signer });
        const external: TrustTarget = {
            roots: { kind: "external", certificates: "./roots.pem", intermediates: "./signed" },
            trusted: ["A", "B"],
            signers: new Map([
                ["a", "A"],
                ["b", "B"],
            ]),
        };
        const accepted = { trusted: ["A", "B"], signer: undefined };

        it("is nobody in a remote whose certificate is by the signer of any primary", () => {
            const proxies = [by("A"), by("B")];
            const served = live("c", ONE, { stored: undefined, accepted, proxies });
            expect(behind(external, [served])).to.deep.equal([]);
        });

        it("is a proxy in a remote whose certificate is by none of theirs", () => {
            const proxies = [by("C"), by("A")];
            const served = live("c", ONE, { stored: undefined, accepted, proxies });
            expect(behind(external, [served])).to.deep.equal(["c/x/p1"]);
        });

        it("is whoever in a primary uses another primary's", () => {
            const proxies = [by("A"), by("B")];
            const served = live("a", ONE, { stored: by("A"), accepted: by("B"), proxies });
            expect(behind(external, [served])).to.deep.equal(["a/istiod", "a/x/p2"]);
        });
    });

    it("is the istiod of a remote by its roots alone: a ConfigMap does not say who signs", () => {
        const served = remote("c", ONE, issued(TRUST_NEXT));
        expect(behind(target(TRUST_NEXT), [served])).to.deep.equal(["c/istiod"]);
        expect(behind(target(ISSUE_NEXT), [remote("c", TRUST_NEXT)])).to.deep.equal([]);
    });

    it("is exactly who is at another stage than the target, of any fleet", () => {
        const stages = fc.constantFrom(...stagesOf(1, 3));
        const clusters = fc.array(
            fc.record({ istiod: stages, proxies: fc.array(stages, { maxLength: 4 }) }),
            { maxLength: 4 },
        );
        fc.assert(
            fc.property(stages, clusters, (to, fleet) => {
                const served = fleet.map(({ istiod, proxies }, i) =>
                    live(`c${String(i)}`, istiod, { proxies: proxies.map(issued) }),
                );
                const late = fleet.flatMap(({ istiod, proxies }, i) =>
                    [istiod, ...proxies].flatMap((at, j) => {
                        const name = j === 0 ? "istiod" : `x/p${String(j)}`;
                        return placeOf(at) === placeOf(to) ? [] : [`c${String(i)}/${name}`];
                    }),
                );
                const names = fleet.map((_, i) => `c${String(i)}`);
                expect(behind(ownTarget(rootsOf(to), names), served)).to.deep.equal(late);
            }),
        );
    });
});
