// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkMetricsReports, judgeOthers, judgeReport } from "../../verify/metricsReport";
import { without } from "../helpers/liveFleet";
import { NOW, metricsContext, vector } from "./fakeThanos";

const metrics = { central: "c2", senders: ["c2", "c1"], scrapeSeconds: 15 };
const ages = (entries: Record<string, number>) => new Map(Object.entries(entries));

describe("metrics-report", () => {
    it("holds while the heartbeat is fresh, and says how old it is", () => {
        expect(judgeReport("c1", metrics, ages({ c1: 31.4 }))).to.deep.equal({
            ok: true,
            detail: "The last heartbeat in Thanos in c2 is 31 s old.",
        });
        expect(judgeReport("c1", metrics, ages({ c1: 60 })).ok).to.equal(true);
    });

    it("lets it be older where scrapes are rare", () => {
        const rare = { ...metrics, scrapeSeconds: 60 };
        expect(judgeReport("c1", rare, ages({ c1: 240 })).ok).to.equal(true);
        expect(judgeReport("c1", rare, ages({ c1: 241 })).ok).to.equal(false);
    });

    it("lets clocks differ somewhat, and says it", () => {
        expect(judgeReport("c1", metrics, ages({ c1: -3 }))).to.deep.equal({
            ok: true,
            detail: "The last heartbeat in Thanos in c2 is 3 s ahead of its own clock.",
        });
    });

    const wrong: Record<string, [Record<string, number>, string]> = {
        "there is none": [{ c2: 1 }, "Thanos in c2 has no heartbeat of c1."],
        "it is old": [
            { c1: 61 },
            "The last heartbeat of c1 in Thanos is 61 s old, and must be at most 60 s: " +
                "it does not send any more, or its clock is behind.",
        ],
        "it is of the future": [
            { c1: -61 },
            "The heartbeat of c1 is 61 s ahead of Thanos' own clock.",
        ],
    };
    for (const [what, [seen, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            expect(judgeReport("c1", metrics, ages(seen))).to.deep.equal({ ok: false, detail });
        });
    }
});

describe("metrics-others", () => {
    it("holds when only senders report", () => {
        expect(judgeOthers(metrics, ages({ c1: 1, c2: 2 }))).to.deep.equal({
            ok: true,
            detail: "No other cluster reports than c1, c2.",
        });
    });

    it("is not misled by one that was a sender until lately", () => {
        expect(judgeOthers(metrics, ages({ c1: 1, c3: 61 })).ok).to.equal(true);
    });

    const wrong: Record<string, [Record<string, number>, string]> = {
        "others report": [
            { c1: 1, c4: 60, c3: -5 },
            "These report to c2 too, though only c1, c2 should: c3, c4.",
        ],
        "somebody reports without a name": [
            { c1: 1, "": 1 },
            "These report to c2 too, though only c1, c2 should: one without a label cluster.",
        ],
        "nobody reports any more": [
            { c1: 100 },
            "It cannot be told who else reports: Thanos has no fresh heartbeat at all.",
        ],
    };
    for (const [what, [seen, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            expect(judgeOthers(metrics, ages(seen))).to.deep.equal({ ok: false, detail });
        });
    }
});

describe("metrics-report, over the fleet", () => {
    const heartbeat = (cluster: string, age: number) => [{ cluster }, String(NOW - age)] as const;

    it("asks once for all senders and for the others, by the time of the answer", async () => {
        const answer = vector(heartbeat("c1", 5), heartbeat("c2", 70), heartbeat("c3", 7));
        const { context, paths } = metricsContext(metrics, [], () => Promise.resolve(answer));
        const checks = await checkMetricsReports(context, 0);
        expect(checks.map(({ id, subject, ok }) => [id, subject, ok])).to.deep.equal([
            ["metrics-report", "c1", true],
            ["metrics-report", "c2", false],
            ["metrics-others", "all clusters", false],
        ]);
        expect(paths).to.have.length(1);
        expect(new URL(paths[0] ?? "", "http://kube/").searchParams.get("query")).to.equal(
            "max by (cluster) (heartbeat)",
        );
    });

    it("waits until every sender reports", async () => {
        let asked = 0;
        const { context } = metricsContext(metrics, [], () =>
            Promise.resolve(
                ++asked < 3
                    ? vector(heartbeat("c2", 1))
                    : vector(heartbeat("c1", 1), heartbeat("c2", 1)),
            ),
        );
        const checks = await checkMetricsReports(context, 5);
        expect(checks.every(({ ok }) => ok)).to.equal(true);
        expect(asked).to.equal(3);
    });

    it("fails for all when Thanos does not answer", async () => {
        const { context } = metricsContext(metrics, [], () => Promise.reject(new Error("refused")));
        const checks = await checkMetricsReports(context, 0);
        expect(checks.map(({ ok }) => ok)).to.deep.equal([false, false, false]);
        for (const { detail } of checks) {
            expect(detail).to.match(/^Thanos in c2 did not answer `.*`: refused\..* Waited 0 s/);
        }
    });

    it("fails for all when the central cluster cannot be reached", async () => {
        const { context } = metricsContext(metrics, [], () => Promise.resolve(vector()));
        const checks = await checkMetricsReports(without(context, "c2"), 0);
        expect(checks.map(({ ok, detail }) => [ok, detail])).to.deep.equal(
            Array.from({ length: 3 }, () => [false, "c2 cannot be reached"]),
        );
    });

    it("has nothing to check without a metrics stack", async () => {
        const { context, paths } = metricsContext(undefined, [], () => Promise.resolve(vector()));
        expect(await checkMetricsReports(context, 0)).to.deep.equal([]);
        expect(paths).to.deep.equal([]);
    });
});
