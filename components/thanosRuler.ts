// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { RULER } from "../metrics/names";
import type { RuleGroup } from "../metrics/rule";
import * as k8s from "./kubernetes";
import { configFolder } from "./thanosConfig";
import {
    type ConfigFolder,
    DATA_FOLDER,
    HTTP_AND_STORE,
    STORE_FLAG,
    type ThanosArgs,
    type ThanosProcess,
    type ThanosStorage,
    commandLine,
    configPath,
    statefulSet,
} from "./thanosPod";
import { headlessService } from "./thanosService";
import { QUERY_URL, RULER_REPLICA_LABEL } from "./thanosQuery";

/** Inputs of ThanosRuler. */
export interface ThanosRulerArgs extends ThanosArgs {
    /** The rules: what they record and the alerts are series that Query finds. */
    groups: readonly RuleGroup[];
    /** URL of the Query that rules ask. Defaults to the one of this cluster. */
    queryUrl?: string;
    /** URLs of Alertmanagers. Defaults to none: alerts are then seen in Query only. */
    alertmanagers?: readonly string[];
    /** How often a group without an interval of its own is evaluated, in seconds. Defaults to 30. */
    evaluationSeconds?: number;
    /** How long what rules record is kept, in hours. */
    retentionHours: number;
    /** For what rules record, and for how long alerts have been pending. */
    storage: ThanosStorage;
}

/** Evaluates rules over all clusters. */
export class ThanosRuler extends pulumi.ComponentResource {
    constructor(name: string, args: ThanosRulerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ThanosRuler", name, args, opts);
        const child = { parent: this };
        const rules = configFolder(name, RULER, ruleFiles(args.groups), child);
        new k8s.Service(`${name}-service`, headlessService(RULER, HTTP_AND_STORE), child);
        new k8s.StatefulSet(`${name}-set`, statefulSet(rulerProcess(args, rules), 1), child);
        this.registerOutputs();
    }
}

/** YAML, of which JSON is a part. */
const RULE_FILE = "rules.yaml";

export function ruleFiles(groups: readonly RuleGroup[]): Record<string, string> {
    return { [RULE_FILE]: JSON.stringify({ groups }) };
}

/** A text in an argument of a container, where Kubernetes would expand $(POD_NAME). */
function literal(text: string): string {
    return text.replaceAll("$", "$$$$");
}

export function rulerProcess(args: ThanosRulerArgs, rules: ConfigFolder): ThanosProcess {
    const { queryUrl = QUERY_URL, alertmanagers = [], evaluationSeconds = 30 } = args;
    return {
        name: RULER,
        image: args.image,
        args: commandLine("rule", [
            STORE_FLAG,
            `--data-dir=${DATA_FOLDER}/rule`,
            `--rule-file=${configPath("config", RULE_FILE)}`,
            `--query=${queryUrl}`,
            `--eval-interval=${String(evaluationSeconds)}s`,
            `--tsdb.retention=${String(args.retentionHours)}h`,
            `--label=${RULER_REPLICA_LABEL}="$(POD_NAME)"`,
            // For an Alertmanager the alert is the same, whichever replica sends it.
            `--alert.label-drop=${RULER_REPLICA_LABEL}`,
            ...alertmanagers.map((url) => `--alertmanagers.url=${literal(url)}`),
        ]),
        ports: HTTP_AND_STORE,
        // What rules record is little; the limit is for a rule that selects too much.
        memory: { request: "32Mi", limit: args.memoryLimit ?? "1Gi" },
        folders: [rules],
        storage: args.storage,
        graceSeconds: 60,
    };
}
