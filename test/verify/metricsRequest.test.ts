// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { VerifyContext } from "../../verify/context";
import {
    type Counted,
    checkMetricsRequests,
    judge,
    reportersOf,
    requestsQuery,
} from "../../verify/metricsRequest";
import { without } from "../helpers/liveFleet";
import { type FakeSeries, metricsContext, vector } from "./fakeThanos";

const edge = { observing: "c1", observed: "c2" };
const both = ["c1", "c2"];
const atSource: Counted = {
    cluster: "c1",
    reporter: "source",
    source: "c1",
    destination: "c2",
    workload: "probe-c1",
    service: "probe-c2",
    code: "200",
    count: 2,
};
const atDestination: Counted = { ...atSource, cluster: "c2", reporter: "destination", count: 3 };

describe("metrics-request", () => {
    it("holds when both ends report, and says how many each", () => {
        expect(judge(edge, both, [atSource, atDestination])).to.deep.equal({
            ok: true,
            detail: "c1 reports 2 requests as their source; c2 reports 3 requests as their destination.",
        });
    });

    it("wants a report only of ends that send", () => {
        expect(judge(edge, ["c2", "c3"], [atDestination])).to.deep.equal({
            ok: true,
            detail: "c2 reports 3 requests as their destination.",
        });
        expect(judge(edge, ["c1"], [atSource])).to.deep.equal({
            ok: true,
            detail: "c1 reports 2 requests as their source.",
        });
    });

    it("knows which ends these are", () => {
        expect(reportersOf(edge, both)).to.deep.equal(["source", "destination"]);
        expect(reportersOf(edge, ["c3"])).to.deep.equal([]);
    });

    it("is not misled by requests that failed before others were answered", () => {
        const early = { ...atSource, destination: "unknown", code: "503", count: 9 };
        expect(judge(edge, ["c1"], [early, atSource]).detail).to.equal(
            "c1 reports 2 requests as their source.",
        );
    });

    const source = "c1 reports 2 requests as their source; ";
    const destination = "; c2 reports 3 requests as their destination.";
    const only = (reporter: string, from: string, to: string, code = "200") =>
        `reports with reporter="${reporter}" only source_cluster="${from}", ` +
        `destination_cluster="${to}", response_code="${code}"`;
    const wrong: Record<string, [Counted[], string]> = {
        "nobody reports": [
            [],
            'c1 reports no request of this run with reporter="source"; ' +
                'c2 reports no request of this run with reporter="destination".',
        ],
        "only the destination reports": [
            [atDestination],
            `c1 reports no request of this run with reporter="source"${destination}`,
        ],
        "only the source reports": [
            [atSource],
            `${source}c2 reports no request of this run with reporter="destination".`,
        ],
        "the destination does not know the source": [
            [atSource, { ...atDestination, source: "unknown" }],
            `${source}c2 ${only("destination", "unknown", "c2")}.`,
        ],
        "the source does not know the destination": [
            [{ ...atSource, destination: "unknown" }, atDestination],
            `c1 ${only("source", "c1", "unknown")}${destination}`,
        ],
        "no request was answered": [
            [{ ...atSource, code: "503" }, atDestination],
            `c1 ${only("source", "c1", "c2", "503")}${destination}`,
        ],
        "there are only other edges' requests": [
            [
                { ...atSource, destination: "c3", service: "probe-c3" },
                { ...atSource, destination: "c1", service: "probe-c1" },
                atDestination,
            ],
            `c1 ${only("source", "c1", "c1")} and ${only("source", "c1", "c3").replace(/.*only /, "")}${destination}`,
        ],
        "it was measured in another cluster": [
            [{ ...atSource, cluster: "c3" }, atDestination],
            `c1 reports no request of this run with reporter="source"${destination}`,
        ],
        "nothing was counted yet": [
            [{ ...atSource, count: 0 }, atDestination],
            `c1 reports 0 requests as their source${destination}`,
        ],
    };
    for (const [what, [counted, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            expect(judge(edge, both, counted)).to.deep.equal({ ok: false, detail });
        });
    }

    it("names those of its own edge among wrong ones", () => {
        const others = { ...atSource, destination: "c3", service: "probe-c3" };
        const counted = [others, { ...atSource, destination: "unknown" }];
        expect(judge(edge, ["c1"], counted).detail).to.equal(
            `c1 ${only("source", "c1", "unknown")}.`,
        );
    });
});

describe("metrics-request, over the fleet", () => {
    const metrics = { central: "c2", senders: ["c1", "c2"], scrapeSeconds: 15 };
    const edges = ["c1 -> c2", "c2 -> c3", "c3 -> c1"];
    const series = ({ count, ...one }: Counted): FakeSeries => [
        {
            cluster: one.cluster,
            reporter: one.reporter,
            source_cluster: one.source,
            destination_cluster: one.destination,
            source_workload: one.workload,
            destination_service_name: one.service,
            response_code: one.code,
        },
        String(count),
    ];
    const counted = [
        atSource,
        atDestination,
        { ...atSource, cluster: "c2", source: "c2", destination: "c3", service: "probe-c3" },
        { ...atDestination, cluster: "c1", source: "c3", destination: "c1" },
    ];

    /** Probes that note the requests that they are told to send. */
    function watched(probes: VerifyContext["probes"]) {
        const dialled: string[] = [];
        const entries = [...probes].map(([name, probe]): [string, typeof probe] => {
            if (!probe.ok) return [name, probe];
            const { kube } = probe.value;
            const text: typeof kube.text = (method, path) => {
                const to = new URL(path, "http://kube/").searchParams.get("host") ?? "";
                dialled.push(`${name} -> ${to}`);
                return kube.text(method, path);
            };
            return [name, { ok: true, value: { ...probe.value, kube: { ...kube, text } } }];
        });
        return { probes: new Map(entries), dialled };
    }

    it("asks for this run's requests alone, once for all edges", async () => {
        const answer = vector(...counted.map(series));
        const { context, paths } = metricsContext(metrics, edges, () => Promise.resolve(answer));
        const checks = await checkMetricsRequests(context, 0);
        expect(checks).to.deep.equal([
            {
                id: "metrics-request",
                subject: "c1 -> c2",
                ok: true,
                detail: "c1 reports 2 requests as their source; c2 reports 3 requests as their destination.",
            },
            {
                id: "metrics-request",
                subject: "c2 -> c3",
                ok: true,
                detail: "c2 reports 2 requests as their source.",
            },
            {
                id: "metrics-request",
                subject: "c3 -> c1",
                ok: true,
                detail: "c1 reports 3 requests as their destination.",
            },
        ]);
        expect(paths).to.have.length(1);
        expect(new URL(paths[0] ?? "", "http://kube/").searchParams.get("query")).to.equal(
            requestsQuery("v1"),
        );
    });

    it("knows this run by its namespace, whichever end tells it", () => {
        expect(requestsQuery("v1")).to.equal(
            "sum by (cluster, reporter, source_cluster, destination_cluster, source_workload, " +
                "destination_service_name, response_code) " +
                '(istio_requests_total{source_workload_namespace="v1"} or ' +
                'istio_requests_total{destination_service_namespace="v1"})',
        );
    });

    it("has nothing to ask where neither end sends", async () => {
        const alone = { ...metrics, senders: ["c2"] };
        const { context, paths } = metricsContext(alone, ["c3 -> c1"], () =>
            Promise.resolve(vector()),
        );
        expect(await checkMetricsRequests(context, 0)).to.deep.equal([]);
        expect(paths).to.deep.equal([]);
    });

    it("fails with what was seen last when the time is over", async () => {
        const answer = vector(series(atSource));
        const { context } = metricsContext(metrics, ["c1 -> c2"], () => Promise.resolve(answer));
        const [check] = await checkMetricsRequests(context, 0);
        expect(check?.ok).to.equal(false);
        expect(check?.detail).to.equal(
            "c1 reports 2 requests as their source; " +
                'c2 reports no request of this run with reporter="destination". Waited 0 s for it.',
        );
    });

    it("sends again what was not seen, for a collector that came too late", async () => {
        let asked = 0;
        const { context } = metricsContext({ ...metrics, scrapeSeconds: 0.25 }, edges, () =>
            Promise.resolve(vector(...counted.slice(0, ++asked < 2 ? 2 : 4).map(series))),
        );
        const { probes, dialled } = watched(context.probes);
        // The second question comes after a scrape, however slow the machine is with the first.
        const patience = { ...context.patience, intervalMs: 300 };
        const checks = await checkMetricsRequests({ ...context, probes, patience }, 5);
        expect(checks.every(({ ok }) => ok)).to.equal(true);
        expect(asked).to.equal(2);
        // c1 -> c2 was seen at once.
        expect(dialled).to.deep.equal(["c2 -> c3", "c3 -> c1"]);
    });

    it("does not wait for requests of a probe that is not there", async () => {
        const answer = vector(...counted.map(series));
        const { context } = metricsContext(metrics, edges, () => Promise.resolve(answer));
        const checks = await checkMetricsRequests(without(context, "c3"), 0);
        expect(checks.map(({ subject, ok, detail }) => [subject, ok, detail])).to.deep.equal([
            [
                "c1 -> c2",
                true,
                "c1 reports 2 requests as their source; c2 reports 3 requests as their destination.",
            ],
            ["c2 -> c3", false, "c3 cannot be reached"],
            ["c3 -> c1", false, "c3 cannot be reached"],
        ]);
    });

    it("fails for all edges when the central cluster cannot be reached", async () => {
        const { context, paths } = metricsContext(metrics, edges, () => Promise.resolve(vector()));
        const checks = await checkMetricsRequests(without(context, "c2"), 0);
        expect(checks.map(({ ok, detail }) => [ok, detail])).to.deep.equal(
            Array.from({ length: 3 }, () => [false, "c2 cannot be reached"]),
        );
        expect(paths).to.deep.equal([]);
    });

    it("fails for all edges when Thanos does not answer", async () => {
        const { context } = metricsContext(metrics, edges, () => Promise.reject(new Error("no")));
        const checks = await checkMetricsRequests(context, 0);
        expect(checks.map(({ ok }) => ok)).to.deep.equal([false, false, false]);
        for (const { detail } of checks) {
            expect(detail).to.match(
                /^Thanos in c2 did not answer `.*`: no\..* Waited 0 s for it\.$/,
            );
        }
    });

    it("has nothing to check without a metrics stack", async () => {
        const { context } = metricsContext(undefined, edges, () => Promise.resolve(vector()));
        expect(await checkMetricsRequests(context, 0)).to.deep.equal([]);
    });
});
