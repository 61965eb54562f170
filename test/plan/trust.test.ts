// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { type TrustConfig, trust } from "../../config/trust";
import { formatProblem } from "../../plan/problem";
import { planTrust, rootName } from "../../plan/trust";

/** A config with these keys, and the defaults of all others. */
const configOf = (keys: object = {}): TrustConfig => trust.parse(keys);
const planOf = (keys?: object) => planTrust(configOf(keys)).plan;
const complaintsOf = (keys: object) => planTrust(configOf(keys)).problems.map(formatProblem);

const EXTERNAL = { certificates: "roots.pem", intermediates: "./signed" };

describe("planTrust", () => {
    it("plans one root of the fleet's own, and tokens that do not expire", () => {
        expect(planTrust(configOf())).to.deep.equal({
            plan: {
                domain: "cluster.local",
                keyAlgorithm: "ECDSA",
                rootValidityDays: 3650,
                intermediateValidityDays: 365,
                intermediateRenewalHours: 2920,
                roots: { kind: "own", signing: 1, trusted: [1] },
                edgeTokens: undefined,
            },
            problems: [],
        });
    });

    it("takes what is given", () => {
        const given = {
            domain: "mesh.example",
            keyAlgorithm: "RSA",
            rootValidityDays: 100,
            intermediateValidityDays: 10,
        };
        expect(planOf(given)).to.deep.include(given);
    });

    const renewals: [number, number | undefined, number][] = [
        [365, undefined, 2920],
        [10, undefined, 80],
        [1, undefined, 8],
        [100, undefined, 800],
        [10, 9, 216],
        [10, 1, 24],
    ];
    for (const [days, renewal, hours] of renewals) {
        const said = renewal === undefined ? "no renewal" : `${String(renewal)} days' renewal`;
        it(`renews what lives ${String(days)} days with ${String(hours)} hours left: ${said}`, () => {
            const intermediateRenewalDays = renewal;
            const keys = { intermediateValidityDays: days, intermediateRenewalDays };
            expect(planOf(keys).intermediateRenewalHours).to.equal(hours);
        });
    }

    const stages: [object, number, number[]][] = [
        [{}, 1, [1]],
        [{ rotation: "trust-next" }, 1, [1, 2]],
        [{ rotation: "issue-next" }, 2, [1, 2]],
        [{ root: 2 }, 2, [2]],
        [{ root: 9, rotation: "trust-next" }, 9, [9, 10]],
        [{ root: 9, rotation: "issue-next" }, 10, [9, 10]],
    ];
    for (const [keys, signing, trusted] of stages) {
        it(`signs with root ${String(signing)} of ${trusted.join(", ")} for ${JSON.stringify(keys)}`, () => {
            expect(planOf(keys).roots).to.deep.equal({ kind: "own", signing, trusted });
        });
    }

    it("takes an external root as it is", () => {
        expect(planOf({ externalRoot: EXTERNAL }).roots).to.deep.equal({
            kind: "external",
            ...EXTERNAL,
        });
    });

    const lives: [object, number, number][] = [
        [{ edgeTokenHours: 24 }, 24, 8],
        [{ edgeTokenHours: 25 }, 25, 8],
        [{ edgeTokenHours: 3 }, 3, 1],
        // A third of it would be none.
        [{ edgeTokenHours: 2 }, 2, 1],
        [{ edgeTokenHours: 24, edgeTokenNoticeHours: 23 }, 24, 23],
        [{ edgeTokenHours: 24, edgeTokenNoticeHours: 1 }, 24, 1],
    ];
    for (const [keys, lifeHours, noticeHours] of lives) {
        it(`replaces tokens of ${String(lifeHours)} h with ${String(noticeHours)} h left for ${JSON.stringify(keys)}`, () => {
            expect(planOf(keys).edgeTokens).to.deep.equal({ lifeHours, noticeHours });
        });
    }
});

describe("planTrust, what it refuses", () => {
    const OWN_ROOTS =
        "is about roots of the fleet's own, and trust.externalRoot is given. " +
        "Leave it out: what the files of trust.externalRoot hold says which roots are trusted.";
    const refused: [object, string[]][] = [
        [{ rootValidityDays: 366 }, []],
        [
            { rootValidityDays: 365 },
            [
                "trust.intermediateValidityDays: 365 must be below trust.rootValidityDays (365), " +
                    "or intermediates outlive their root. Make it smaller, or give the root more days.",
            ],
        ],
        [{ intermediateRenewalDays: 364 }, []],
        [
            { intermediateRenewalDays: 365 },
            [
                "trust.intermediateRenewalDays: 365 must be below trust.intermediateValidityDays (365), " +
                    "or every update renews the intermediates. " +
                    "Make it smaller, or leave it out for a third of the validity.",
            ],
        ],
        [{ externalRoot: EXTERNAL }, []],
        [
            { externalRoot: EXTERNAL, root: 2, rotation: "issue-next" },
            [`trust.root: 2 ${OWN_ROOTS}`, `trust.rotation: "issue-next" ${OWN_ROOTS}`],
        ],
        [{ edgeTokenHours: 2, edgeTokenNoticeHours: 1 }, []],
        [
            { edgeTokenHours: 2, edgeTokenNoticeHours: 2 },
            [
                "trust.edgeTokenNoticeHours: 2 must be below trust.edgeTokenHours (2), " +
                    "or every update replaces the tokens. " +
                    "Make it smaller, or leave it out for a third of their life.",
            ],
        ],
        [
            { edgeTokenNoticeHours: 2 },
            [
                "trust.edgeTokenNoticeHours: 2 means nothing without trust.edgeTokenHours: " +
                    "tokens do not expire then. " +
                    "Give tokens a life, for example trust.edgeTokenHours: 24, or leave it out.",
            ],
        ],
    ];
    for (const [keys, problems] of refused) {
        const what = problems.length === 0 ? "nothing" : String(problems.length);
        it(`is ${what} for ${JSON.stringify(keys)}`, () => {
            expect(complaintsOf(keys)).to.deep.equal(problems);
        });
    }

    it("is everything at once", () => {
        const keys = {
            rootValidityDays: 2,
            intermediateValidityDays: 2,
            intermediateRenewalDays: 2,
            root: 2,
            externalRoot: EXTERNAL,
            edgeTokenNoticeHours: 1,
        };
        const { problems } = planTrust(configOf(keys));
        expect(problems.map(({ property }) => property)).to.deep.equal([
            "trust.intermediateValidityDays",
            "trust.intermediateRenewalDays",
            "trust.root",
            "trust.edgeTokenNoticeHours",
        ]);
    });
});

describe("planTrust of any config", () => {
    const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const configs = fc
        .record({
            rootValidityDays: fc.integer({ min: 2, max: 36_500 }),
            intermediateValidityDays: fc.integer({ min: 1, max: 36_500 }),
            intermediateRenewalDays: maybe(fc.integer({ min: 1, max: 36_500 })),
            root: fc.integer({ min: 1, max: 1000 }),
            rotation: maybe(fc.constantFrom("trust-next", "issue-next")),
            externalRoot: maybe(fc.constant(EXTERNAL)),
            edgeTokenHours: maybe(fc.integer({ min: 2, max: 87_600 })),
            edgeTokenNoticeHours: maybe(fc.integer({ min: 1, max: 87_600 })),
        })
        .map(configOf);
    const good = configs.map(planTrust).filter(({ problems }) => problems.length === 0);

    it("renews intermediates within their life, which ends before their root's", () => {
        fc.assert(
            fc.property(good, ({ plan }) => {
                const life = plan.intermediateValidityDays * 24;
                expect(plan.intermediateRenewalHours).to.be.within(1, life - 1);
                expect(life).to.be.below(plan.rootValidityDays * 24);
            }),
        );
    });

    it("replaces tokens within their life", () => {
        fc.assert(
            fc.property(good, ({ plan: { edgeTokens } }) => {
                if (!edgeTokens) return;
                expect(edgeTokens.noticeHours).to.be.within(1, edgeTokens.lifeHours - 1);
            }),
        );
    });

    it("signs with a root that is trusted, one of two at most", () => {
        fc.assert(
            fc.property(good, ({ plan: { roots } }) => {
                if (roots.kind === "external") return;
                expect(roots.trusted).to.include(roots.signing);
                expect(roots.trusted.length).to.be.within(1, 2);
                expect([...roots.trusted].sort((a, b) => a - b)).to.deep.equal(roots.trusted);
            }),
        );
    });

    it("trusts who signed before and who signs after, from each stage to the next", () => {
        const rootsOf = (keys: object) => {
            const { roots } = planOf(keys);
            if (roots.kind === "external") throw new Error("there is no own root");
            return roots;
        };
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 999 }), (root) => {
                const stages = [
                    { root },
                    { root, rotation: "trust-next" },
                    { root, rotation: "issue-next" },
                    { root: root + 1 },
                ].map(rootsOf);
                const steps = stages.slice(1).map((after, i) => ({ before: stages[i], after }));
                expect(steps).to.have.length(3);
                for (const { before, after } of steps) {
                    expect(after.trusted).to.include(before?.signing);
                    expect(before?.trusted).to.include(after.signing);
                }
            }),
        );
    });
});

describe("rootName", () => {
    it("has no number for the first root, which had none once", () => {
        expect([1, 2, 1000].map(rootName)).to.deep.equal(["Root CA", "Root CA 2", "Root CA 1000"]);
    });
});
