// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { dump } from "js-yaml";
import { recordingRules } from "../metrics/recordingRules";
import type { RuleGroup } from "../metrics/rule";
import { fleetEnvironment } from "./e2e/environment";
import { ACCUMULATION_TESTS } from "./metrics/accumulationTests";
import { CLUSTER_ALERT_TESTS, CLUSTER_GROUPS } from "./metrics/clusterAlertTests";
import { COUNTER_TESTS } from "./metrics/counterTests";
import { FLEET_ALERT_TESTS, FLEET_GROUPS } from "./metrics/fleetAlertTests";
import { GAUGE_TESTS } from "./metrics/gaugeTests";
import type { RuleTest } from "./metrics/ruleTests";

interface Suite {
    readonly name: string;
    readonly groups: readonly RuleGroup[];
    /** How often promtool evaluates all groups, whatever interval they have. */
    readonly evaluation: string;
    readonly tests: readonly RuleTest[];
}

const SUITES: readonly Suite[] = [
    {
        name: "the collector's rules",
        groups: recordingRules({ scrapeSeconds: 15 }),
        evaluation: "15s",
        tests: [...GAUGE_TESTS, ...COUNTER_TESTS, ...ACCUMULATION_TESTS],
    },
    {
        name: "a cluster's alerts",
        groups: CLUSTER_GROUPS,
        evaluation: "15s",
        tests: CLUSTER_ALERT_TESTS,
    },
    {
        name: "the fleet's alerts",
        groups: FLEET_GROUPS,
        evaluation: "1m",
        tests: FLEET_ALERT_TESTS,
    },
];

/** The environment that has promtool: this one's, where `PROMTOOL` names it, or the tools' own. */
async function environment(): Promise<NodeJS.ProcessEnv> {
    return process.env.PROMTOOL === undefined ? await fleetEnvironment() : process.env;
}

describe("promtool", function () {
    // The tools may have to be built first.
    this.timeout("1h");
    let env: NodeJS.ProcessEnv;
    let folder: string;

    before(async () => {
        env = await environment();
        folder = await mkdtemp(join(tmpdir(), "istio-fleet-rules-"));
    });

    after(async () => {
        await rm(folder, { recursive: true });
    });

    async function promtool(...args: readonly string[]): Promise<void> {
        const { failed, all } = await execa(env.PROMTOOL ?? "promtool", args, {
            cwd: folder,
            env,
            extendEnv: false,
            all: true,
            reject: false,
        });
        expect(failed, all).to.equal(false);
    }

    for (const { name, groups, evaluation, tests } of SUITES) {
        it(`accepts ${name}, and finds that they hold`, async () => {
            await writeFile(join(folder, "rules.yaml"), dump({ groups }));
            await writeFile(
                join(folder, "tests.yaml"),
                dump({ rule_files: ["rules.yaml"], evaluation_interval: evaluation, tests }),
            );
            await promtool("check", "rules", "--lint=all", "--lint-fatal", "rules.yaml");
            await promtool("test", "rules", "tests.yaml");
        });
    }
});
