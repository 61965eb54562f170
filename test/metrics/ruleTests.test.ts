// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { recordingRules } from "../../metrics/recordingRules";
import type { RuleGroup } from "../../metrics/rule";
import { alertsOf, recordsOf } from "./alertTests";
import { CLUSTER_ALERT_TESTS, CLUSTER_GROUPS } from "./clusterAlertTests";
import { COUNTER_TESTS } from "./counterTests";
import { FLEET_ALERT_TESTS, FLEET_GROUPS } from "./fleetAlertTests";
import { GAUGE_TESTS } from "./gaugeTests";
import type { RuleTest } from "./ruleTests";

/** The names of series that promtool finds, by a test with a result. */
function recordsWithTest(tests: readonly RuleTest[]): Set<string> {
    const found = tests
        .flatMap(({ promql_expr_test = [] }) => promql_expr_test)
        .filter(({ exp_samples }) => exp_samples.length > 0);
    return new Set(found.flatMap(({ expr }) => expr.match(/[a-z_:]+/g) ?? []));
}

/** The alerts, as name and labels, that fire in a test. */
function alertsThatFire(tests: readonly RuleTest[]): Set<string> {
    return new Set(
        tests.flatMap(({ alert_rule_test = [] }) =>
            alert_rule_test.flatMap(({ alertname, exp_alerts }) =>
                exp_alerts.map(({ exp_labels }) => key(alertname, exp_labels)),
            ),
        ),
    );
}

function alertsThatDoNot(tests: readonly RuleTest[]): Set<string> {
    return new Set(
        tests.flatMap(({ alert_rule_test = [] }) =>
            alert_rule_test
                .filter(({ exp_alerts }) => exp_alerts.length === 0)
                .map(({ alertname }) => alertname),
        ),
    );
}

const key = (name: string, labels: Readonly<Record<string, string>>): string =>
    [name, ...Object.entries(labels).map((pair) => pair.join("="))].sort().join(" ");

const names = (groups: readonly RuleGroup[]): string[] => recordsOf(groups).map((r) => r.record);

describe("tests of rules", () => {
    it("cover everything that is recorded", () => {
        const collector = recordsWithTest([...GAUGE_TESTS, ...COUNTER_TESTS]);
        const fleet = recordsWithTest(FLEET_ALERT_TESTS);
        const missing = [
            ...names(recordingRules({ scrapeSeconds: 15 })).filter((name) => !collector.has(name)),
            ...names(FLEET_GROUPS).filter((name) => !fleet.has(name)),
        ];
        expect(missing).to.deep.equal([]);
    });

    it("let every alert fire, and every one be silent", () => {
        for (const [groups, tests] of [
            [CLUSTER_GROUPS, CLUSTER_ALERT_TESTS],
            [FLEET_GROUPS, FLEET_ALERT_TESTS],
        ] as const) {
            const fire = [...alertsThatFire(tests)];
            const silent = alertsThatDoNot(tests);
            for (const { alert, labels } of alertsOf(groups)) {
                const own = key(alert, labels).split(" ");
                const fired = fire.some((one) =>
                    own.every((part) => one.split(" ").includes(part)),
                );
                expect(fired, `${own.join(" ")} fires`).to.equal(true);
                expect(silent.has(alert), `${alert} is silent`).to.equal(true);
            }
        }
    });
});
