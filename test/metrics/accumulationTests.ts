// SPDX-License-Identifier: Apache-2.0
import { type RuleTest, START, inputs, values } from "./ruleTests";

/*
 * How a counter accumulates. Scrapes are at 0, 15, 30, … s and called by their number, from 0.
 * Rules are evaluated at the same times and look 5 s back: at 15 · n s they see scrape n - 1.
 */

const TARGET = {
    a: 'job="istio-proxy", instance="10.0.0.1:15020", pod="web-a"',
    b: 'job="istio-proxy", instance="10.0.0.2:15020", pod="web-b"',
    c: 'job="istio-proxy", instance="10.0.0.3:15020", pod="web-c"',
} as const;

interface Process {
    readonly requests: string;
    /** Whether its scrapes succeed. Defaults to always. */
    readonly up?: string;
    /** When it began, in seconds since 1970. Defaults to long ago. */
    readonly began?: number;
}

type Processes = Partial<Record<keyof typeof TARGET, Process>>;

/** More scrapes than any test has. */
const ALWAYS = "x60";

function series(processes: Processes, code = "200"): Record<string, string> {
    return Object.fromEntries(
        Object.entries(processes).flatMap(([name, { requests, up, began = 0 }]) => {
            const target = TARGET[name as keyof typeof TARGET];
            return [
                [requestsOf(target, code), requests],
                [`up{${target}}`, up ?? `1${ALWAYS}`],
                [
                    `istio_agent_process_start_time_seconds{${target}}`,
                    (up ?? `1${ALWAYS}`).replaceAll(/\b[01](?=x|$| )/g, String(began)),
                ],
            ];
        }),
    );
}

function requestsOf(target: string, code: string): string {
    return `istio_requests_total{${target}, response_code="${code}"}`;
}

/** The recorded total by the time, in seconds; undefined where there is none. */
type Totals = readonly (readonly [seconds: number, total: number | undefined])[];

function test(
    name: string,
    input: Readonly<Record<string, string>>,
    totals: Totals,
    code = "200",
): RuleTest {
    const total = `federate:istio_requests_total{response_code="${code}"}`;
    return {
        name,
        interval: "15s",
        start_timestamp: START,
        input_series: inputs(input),
        promql_expr_test: totals.flatMap(([seconds, value]) =>
            values(`${String(seconds)}s`, {
                [total]: value === undefined ? {} : { [total]: value },
            }),
        ),
    };
}

/**
 * Pod a counts 10 between two scrapes and c 5; b takes a's place at scrape 16, with 10, and counts
 * on like it. So 15 in each interval of 15 s: truly 120 in two minutes.
 */
const REPLACED = series({
    a: { requests: "100+10x15 stale", up: "1x15 stale" },
    b: { requests: "_x16 10+10x24", up: "_x16 1x24", began: START + 230 },
    c: { requests: "1000+5x40" },
});

const REPLACED_TOTALS = test("a pod is replaced", REPLACED, [
    // Scrape 15: 15 · 15.
    [240, 225],
    // Scrape 16, with b's first 10 and c's 5.
    [255, 240],
    // Scrape 19: 19 · 15.
    [300, 285],
]);

const REPLACED_TEST: RuleTest = {
    ...REPLACED_TOTALS,
    promql_expr_test: [
        ...(REPLACED_TOTALS.promql_expr_test ?? []),
        ...values("300s", {
            // Eight samples, at 190, 205, … 295 s, from scrape 12 to 19: 7 · 15 = 105 in 105 s.
            'increase(federate:istio_requests_total{response_code="200"}[2m])': {
                '{response_code="200"}': 120,
            },
            // The sum of counters, at 195, 210, … 300 s, from scrape 13 to 20. It falls from 250 + 1075
            // to 10 + 1080 at scrape 16: 2 · 15 + 1090 + 4 · 15 = 1180 in 105 s, 1348.6 in 120.
            "round(increase(sum without (job, instance, pod) (istio_requests_total)[2m:15s]))": {
                '{response_code="200"}': 1349,
            },
        }),
    ],
};

export const ACCUMULATION_TESTS: readonly RuleTest[] = [
    REPLACED_TEST,
    test("a scrape fails once", series({ a: { requests: "100+10x4 stale 160+10x5" } }), [
        // Scrape 4: 140 - 100.
        [75, 40],
        // Scrape 5 failed.
        [90, undefined],
        // Scrape 6: nothing is missing, 160 - 100.
        [105, 60],
    ]),
    test("a process restarts in its place", series({ a: { requests: "100+10x4 7+10x5" } }), [
        [75, 40],
        // Scrape 5 has 7, all of them new.
        [90, 47],
        [105, 57],
    ]),
    test(
        "a known pod has a series for the first time",
        {
            ...series({ a: { requests: "100+10x12" } }),
            [requestsOf(TARGET.a, "500")]: "_x6 7+2x6",
        },
        [
            [90, undefined],
            // Scrape 6 has 7, and shows that it began at 0.
            [105, 0],
            // 7 and 2.
            [120, 9],
            [135, 11],
        ],
        "500",
    ),
    test(
        "a pod is new",
        series({ a: { requests: "_x6 7+2x6", up: "_x6 1x6", began: START + 80 } }),
        [
            [105, 0],
            [120, 9],
            [135, 11],
        ],
    ),
    test(
        "a pod is new, and its first scrape fails",
        series({ a: { requests: "_x7 7+2x6", up: "_x6 0 1x6", began: START + 80 } }),
        [
            [120, 0],
            [135, 9],
        ],
    ),
    test(
        "a pod is new, and its second scrape fails",
        series({ a: { requests: "_x6 7 stale 11+2x6", up: "_x6 1 0 1x6", began: START + 80 } }),
        [
            [105, 0],
            [120, undefined],
            [135, 11],
            [150, 13],
        ],
    ),
    test(
        "a pod is old, and scraped for the first time",
        series({ a: { requests: "_x6 7+2x6", up: "_x6 1x6" } }),
        [
            [105, 0],
            // 2 since it is known; of 7 nobody knows the time.
            [120, 2],
            [135, 4],
        ],
    ),
    test(
        "a collector begins without data",
        series({
            // All are young. That they were counted already, or not, cannot be known.
            a: { requests: "7+2x6", up: "1x6", began: START - 60 },
            // Scraped late in the collector's first interval, after the first evaluation.
            b: { requests: "_ 7+2x6", up: "_ 1x6", began: START - 60 },
            // Found late.
            c: { requests: "_x3 7+2x6", up: "_x3 1x6", began: START - 60 },
        }),
        [
            [15, 0],
            // a's scrape 1.
            [30, 2],
            // Scrape 2, of a and b; scrape 3, of a and b, and the first of c.
            [45, 6],
            [60, 10],
            [75, 16],
        ],
    ),
    test(
        "nothing is scraped for three minutes: a collector restarts with its data",
        series({ a: { requests: "100+10x4 _x12 270+10x4", up: "1x4 _x12 1x4" } }),
        [
            [75, 40],
            [255, 40],
            // Scrape 17: 270 - 100.
            [270, 170],
        ],
    ),
    test(
        "a pod is away for longer than is remembered",
        series({ a: { requests: "100+10x4 stale _x41 1000+10x4", up: "1x4 0x41 1x5" } }),
        [
            [75, 40],
            [90, undefined],
            // Scrape 47, at 705 s.
            [720, 0],
            [735, 10],
        ],
    ),
    test(
        "a pod that is scraped once is not counted, where there is no other of its kind",
        series({ a: { requests: "_x6 7 stale", up: "_x6 1 stale", began: START + 80 } }),
        [
            [105, 0],
            [120, undefined],
        ],
    ),
];
