// SPDX-License-Identifier: Apache-2.0

/** A group of promtool's rule tests, and what the tests of rules have in common. */
export interface RuleTest {
    readonly name: string;
    /** Between the values of input series. */
    readonly interval: string;
    /** When it all begins, in seconds since 1970. */
    readonly start_timestamp: number;
    readonly input_series: readonly { readonly series: string; readonly values: string }[];
    readonly promql_expr_test?: readonly ExprTest[];
    readonly alert_rule_test?: readonly AlertTest[];
}

interface ExprTest {
    readonly expr: string;
    readonly eval_time: string;
    readonly exp_samples: readonly { readonly labels: string; readonly value: number }[];
}

interface AlertTest {
    readonly alertname: string;
    readonly eval_time: string;
    readonly exp_alerts: readonly {
        readonly exp_labels: Readonly<Record<string, string>>;
        readonly exp_annotations: Readonly<Record<string, string>>;
    }[];
}

/** Far enough from 0, which stands for never; a multiple of every interval. */
export const START = 900_000;

/** Input series by name and labels. */
export function inputs(series: Readonly<Record<string, string>>): RuleTest["input_series"] {
    return Object.entries(series).map(([name, values]) => ({ series: name, values }));
}

/** A test of values after a time: by expression, by the labels of what it gives. */
export function values(
    time: string,
    expected: Readonly<Record<string, Readonly<Record<string, number>>>>,
): ExprTest[] {
    return Object.entries(expected).map(([expr, samples]) => ({
        expr,
        eval_time: time,
        exp_samples: Object.entries(samples).map(([labels, value]) => ({ labels, value })),
    }));
}
