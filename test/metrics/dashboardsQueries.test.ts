// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    controlPlanes,
    dashboardQueries,
    fleetDashboards,
    meshService,
} from "../../metrics/dashboards";
import type { Board } from "../../metrics/dashboards";
import {
    duration,
    failedShare,
    nowWindow,
    orZero,
    requests,
} from "../../metrics/dashboards/promql";
import { EDGE } from "../../metrics/fleetAlerts";
import { HEARTBEAT, seriesOf } from "../../metrics/recordingRules";
import { RECORDED_METRICS } from "../../metrics/recordedMetrics";
import { groupingsIn, innermostGroups, selectedIn } from "./dashboardsExpr";

const args = { scrapeSeconds: 15, reportSeconds: 120 };
const boards = fleetDashboards(args);
const queries = boards.flatMap((board) => dashboardQueries(board));

/** Istio's standard labels that dashboards may ask for; histograms have `le` besides. */
const ISTIO_LABELS = [
    "connection_security_policy",
    "destination_cluster",
    "destination_service",
    "reporter",
    "response_code",
    "response_flags",
    "source_cluster",
    "source_workload",
    "source_workload_namespace",
];

/** What there is besides recorded metrics: the rules' own series. */
const OTHERS: [string, readonly string[]][] = [
    [HEARTBEAT, []],
    [EDGE, ["source_cluster", "destination_cluster"]],
    ["ALERTS", ["alertname", "alertstate", "severity"]],
];

/** The labels of everything that is there centrally, by the series' name. */
const kept = new Map<string, ReadonlySet<string>>([
    ...RECORDED_METRICS.flatMap((metric) =>
        seriesOf(metric).map((name): [string, ReadonlySet<string>] => [
            name,
            new Set([
                ...(metric.labels === "all" ? ISTIO_LABELS : metric.labels),
                ...(name.endsWith("_bucket") ? ["le"] : []),
                "cluster",
            ]),
        ]),
    ),
    ...OTHERS.map(([name, labels]): [string, ReadonlySet<string>] => [
        name,
        new Set([...labels, "cluster"]),
    ]),
]);

describe("dashboards' queries", () => {
    for (const { dashboard, panel, refId, expr } of queries) {
        it(`ask for what is recorded: ${dashboard}, ${panel}, ${refId}`, () => {
            const missing = selectedIn(expr).flatMap(({ metric, matchers }) => {
                const labels = kept.get(metric);
                if (!labels) return [metric];
                return matchers.filter((label) => !labels.has(label)).map((l) => `${metric}.${l}`);
            });
            const lost = groupingsIn(expr).flatMap(({ labels, metrics }) =>
                metrics.flatMap((metric) =>
                    labels
                        .filter((label) => !kept.get(metric)?.has(label))
                        .map((l) => `${metric}.${l}`),
                ),
            );
            expect([...missing, ...lost]).to.deep.equal([]);
        });
    }

    it("count no request twice: each names its reporter, or is kept apart by it", () => {
        const twice = queries.filter(({ expr }) =>
            innermostGroups(expr).some(
                ({ by, selected }) =>
                    !by.includes("reporter") &&
                    selected.some(
                        ({ metric, matchers }) =>
                            /^istio_(request|response|tcp)/.test(metric) &&
                            !matchers.includes("reporter"),
                    ),
            ),
        );
        expect(twice).to.deep.equal([]);
    });

    it("name in their legends only labels that series have", () => {
        const unknown = boards.flatMap(({ rows }) =>
            rows
                .flatMap(({ panels }) => panels.flatMap((panel) => panel.queries))
                .flatMap(({ expr, legend = "" }) => {
                    const grouped = new Set(groupingsIn(expr).flatMap(({ labels }) => labels));
                    const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, l = ""]) => l);
                    return named.filter((label) => !grouped.has(label));
                }),
        );
        expect(unknown).to.deep.equal([]);
    });

    it("have columns in tables and matrices for each label of their series", () => {
        const wrong = boards
            .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
            .flatMap((panel) => {
                if (panel.kind !== "table" && panel.kind !== "matrix") return [];
                const columns =
                    panel.kind === "table"
                        ? Object.keys(panel.labels)
                        : [panel.rows, panel.columns];
                return panel.queries
                    .map(({ expr }) => groupingsIn(expr).flatMap(({ labels }) => labels))
                    .map((labels) => new Set(labels.filter((label) => label !== "le")))
                    .filter((labels) => [...labels].sort().join() !== [...columns].sort().join())
                    .map((labels) => [panel.title, [...labels], columns]);
            });
        expect(wrong).to.deep.equal([]);
    });

    it("need what is not everywhere only in the panels that say so", () => {
        const needing = queries.filter(({ needs }) => needs !== undefined);
        expect(
            needing.map(({ panel, refId, needs }) => `${panel} ${refId}: ${String(needs)}`),
        ).to.deep.equal([
            "Alerts A: alert",
            "Why requests failed A: failure",
            "Bytes of requests and answers A: bytes",
            "Bytes of requests and answers B: bytes",
            "TCP A: tcp",
            "TCP B: tcp",
            "Remote clusters A: remote",
            "Last upload A: storage",
            "Compactor halted A: storage",
            "Refused and dropped A: storage",
        ]);
    });

    it("choose variables' values from series that are recorded", () => {
        const missing = boards
            .flatMap(({ variables }) => variables)
            .filter(({ of, label }) => !kept.get(of)?.has(label));
        expect(missing).to.deep.equal([]);
    });
});

describe("dashboardQueries", () => {
    const board: Board = {
        uid: "b",
        title: "B",
        description: "",
        scrapeSeconds: 30,
        variables: [{ name: "cluster", title: "C", label: "cluster", of: "up" }],
        rows: [],
    };
    const panel = { title: "P", description: "", width: 8, unit: "none" };

    it("gives every query with its panel, for all values of the variables", () => {
        const row = {
            title: "R",
            height: 8,
            panels: [
                {
                    ...panel,
                    kind: "lines" as const,
                    queries: [
                        { expr: 'rate(a{cluster=~"$cluster"}[$__rate_interval])' },
                        { expr: "b[$__range:$__interval]", needs: "tcp" as const },
                    ],
                },
                { ...panel, kind: "stat" as const, title: "S", queries: [{ expr: "c" }] as const },
            ],
        };
        expect(dashboardQueries({ ...board, rows: [row] })).to.deep.equal([
            {
                dashboard: "b",
                panel: "P",
                refId: "A",
                expr: 'rate(a{cluster=~".*"}[120s])',
                range: true,
            },
            {
                dashboard: "b",
                panel: "P",
                refId: "B",
                expr: "b[1h:30s]",
                range: true,
                needs: "tcp",
            },
            { dashboard: "b", panel: "S", refId: "A", expr: "c", range: false },
        ]);
    });

    it("refuses a variable that the dashboard does not have", () => {
        const lines = { ...panel, kind: "lines" as const, queries: [{ expr: 'a{b=~"$c"}' }] };
        const rows = [{ title: "R", height: 8, panels: [lines] }];
        expect(() => dashboardQueries({ ...board, rows })).to.throw(
            'variable $c: no dashboard has it: a{b=~"$c"}',
        );
    });

    it("leaves no variable of the real ones", () => {
        expect(queries.filter(({ expr }) => expr.includes("$"))).to.deep.equal([]);
    });

    it("asks along time but for stats, tables and matrices", () => {
        const now = (wanted: Board) => dashboardQueries(wanted).filter(({ range }) => !range);
        expect(now(meshService(args)).map(({ panel: title }) => title)).to.deep.equal(["Callers"]);
        expect(now(controlPlanes(args)).map(({ panel: title }) => title)).to.deep.equal([
            "Remote clusters",
            "Days left of certificates",
            "Days left of certificates",
            "Versions",
        ]);
    });
});

describe("pieces of PromQL", () => {
    const pair = "source_cluster, destination_cluster";

    it("take requests from sources, and from destinations for pairs that sources leave out", () => {
        expect(requests({ where: 'a="b"', by: ["c"], window: "1m" })).to.equal(
            `(sum by (${pair}, c) (rate(istio_requests_total{reporter="source",a="b"}[1m]))` +
                ` or on (${pair}) sum by (${pair}, c) (rate(istio_requests_total{reporter="destination",a="b"}[1m])))`,
        );
    });

    it("have a share of 0 where nothing fails, and none where nothing is asked", () => {
        const all = (reporter: string, more: string) =>
            `sum by (${pair}) (rate(istio_requests_total{reporter="${reporter}"${more}}[1m]))`;
        const share = (reporter: string) =>
            `(${all(reporter, ',response_code=~"5.."')} or ${all(reporter, "")} * 0) / (${all(reporter, "")} > 0)`;
        expect(failedShare({ window: "1m" })).to.equal(
            `(${share("source")} or on (${pair}) ${share("destination")})`,
        );
    });

    it("take quantiles of one reporter's buckets at a time", () => {
        const buckets = (reporter: string) =>
            `sum by (${pair}, le) (rate(istio_request_duration_milliseconds_bucket{reporter="${reporter}"}[1m]))`;
        expect(duration(0.95, { window: "1m" })).to.equal(
            `histogram_quantile(0.95, (${buckets("source")} or on (${pair}) ${buckets("destination")})) > 0`,
        );
    });

    it("say 0 for a cluster that counts nothing yet", () => {
        expect(orZero("sum by (cluster, type) (a)", "b")).to.equal(
            "sum by (cluster, type) (a) or on (cluster) max by (cluster) (b) * 0",
        );
    });

    it("have four samples and a minute in the window for now", () => {
        expect(nowWindow({ scrapeSeconds: 15 })).to.equal("120s");
        expect(nowWindow({ scrapeSeconds: 60 })).to.equal("300s");
    });
});

describe("what these tests read out of PromQL", () => {
    const expr =
        'sum by (a, b) (rate(m{c="d",e=~"f"}[1m])) or on (a) max by (a) (n) * 0 or vector(0)';

    it("is every metric with the labels that it is selected by", () => {
        expect(selectedIn(expr)).to.deep.equal([
            { metric: "m", matchers: ["c", "e"] },
            { metric: "n", matchers: [] },
        ]);
    });

    it("is every grouping with the metrics that it is of", () => {
        expect(groupingsIn(expr)).to.deep.equal([
            { labels: ["a", "b"], metrics: ["m"] },
            { labels: ["a"], metrics: ["m", "n"] },
            { labels: ["a"], metrics: ["n"] },
        ]);
    });

    it("is refused when it is not understood", () => {
        expect(() => selectedIn("label_replace(a)")).to.throw("label_replace: not a function");
    });
});
