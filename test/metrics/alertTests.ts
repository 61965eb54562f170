// SPDX-License-Identifier: Apache-2.0
import type { AlertRule, RecordingRule, RuleGroup } from "../../metrics/rule";
import { type RuleTest, START, inputs } from "./ruleTests";

/** An alert that fires: its labels, and its annotations where those are not what the rule says. */
export interface Firing {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
}

/** Which alerts of a name fire after a time. */
export type Expected = readonly [alert: string, time: string, firing: readonly Firing[]];

export interface AlertScenario {
    readonly name: string;
    readonly interval: string;
    readonly series: Readonly<Record<string, string>>;
    readonly expected: readonly Expected[];
}

/** The scenario for promtool, which compares annotations too. */
export function alertTest(groups: readonly RuleGroup[], scenario: AlertScenario): RuleTest {
    return {
        name: scenario.name,
        interval: scenario.interval,
        start_timestamp: START,
        input_series: inputs(scenario.series),
        alert_rule_test: scenario.expected.map(([alertname, eval_time, firing]) => ({
            alertname,
            eval_time,
            exp_alerts: firing.map(({ labels, annotations }) => ({
                exp_labels: labels,
                exp_annotations: annotations ?? ruleOf(groups, alertname, labels).annotations,
            })),
        })),
    };
}

const isAlert = (rule: AlertRule | RecordingRule): rule is AlertRule => "alert" in rule;

export function alertsOf(groups: readonly RuleGroup[]): AlertRule[] {
    return groups.flatMap(({ rules }) => rules.filter(isAlert));
}

export function recordsOf(groups: readonly RuleGroup[]): RecordingRule[] {
    return groups.flatMap(({ rules }) =>
        rules.filter((rule): rule is RecordingRule => !isAlert(rule)),
    );
}

/** The rule of a firing alert: its labels are among those of the alert. */
function ruleOf(
    groups: readonly RuleGroup[],
    name: string,
    labels: Readonly<Record<string, string>>,
): AlertRule {
    const found = alertsOf(groups).filter(
        (rule) =>
            rule.alert === name &&
            Object.entries(rule.labels).every(([label, value]) => labels[label] === value),
    );
    const [rule, ...others] = found;
    if (rule === undefined || others.length > 0) {
        throw new Error(
            `${String(found.length)} rules of ${name} have labels ${JSON.stringify(labels)}`,
        );
    }
    return rule;
}
