// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Relabeling } from "../bundle";
import { COLLECTOR, COLLECTOR_SERVICE, PROMETHEUS_PORT } from "../metrics/names";
import type { RuleGroup } from "../metrics/rule";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import * as k8s from "./kubernetes";
import {
    type PrometheusArgs,
    metadataOf,
    prometheusResource,
    prometheusRule,
    selectorOf,
} from "./prometheus";
import { nodeScrapeConfigs, scrapeTargets } from "./scrapeTargets";

/** Inputs of PrometheusCollector. */
export interface PrometheusCollectorArgs extends PrometheusArgs {
    /** Recording rules: what the federation takes. */
    rules: readonly RuleGroup[];
    /** Applied to what proxies say, before anything else. Defaults to none. */
    proxyRelabelings?: readonly Relabeling[];
}

/**
 * The Prometheus that scrapes everything in its cluster and keeps it for hours: istiod, sidecars and
 * gateways, MetalLB, kubelets with their containers, and the metrics path itself. Its recording rules
 * make the aggregates that leave it.
 */
export class PrometheusCollector extends pulumi.ComponentResource {
    /** Its Service, which is there long before it answers. */
    public readonly service: pulumi.Resource;

    constructor(
        name: string,
        args: PrometheusCollectorArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:PrometheusCollector", name, args, opts);
        const child = { parent: this };
        const binding = this.account(name);
        const made: pulumi.Resource[] = [binding];
        for (const target of scrapeTargets(args.proxyRelabelings ?? [])) {
            const suffix = (target.metadata as { name: string }).name;
            made.push(new k8s.CustomResource(`${name}-${suffix}`, target, child));
        }
        const rules = prometheusRule(COLLECTOR, args.rules);
        made.push(new k8s.CustomResource(`${name}-rules`, rules, child));
        made.push(new k8s.Secret(`${name}-nodes`, NODES_SECRET, child));
        // After all that it reads: it starts with the whole configuration, and need not reload one.
        new k8s.CustomResource(`${name}-prometheus`, collectorResource(args), {
            parent: this,
            dependsOn: made,
        });
        this.service = new k8s.Service(`${name}-service`, SERVICE, child);
        this.registerOutputs();
    }

    private account(name: string): pulumi.Resource {
        const metadata = { name: COLLECTOR_SERVICE, namespace: MONITORING_NAMESPACE };
        const account = new k8s.ServiceAccount(`${name}-account`, { metadata }, { parent: this });
        const roleMetadata = { name: CLUSTER_ROLE };
        const role = new k8s.ClusterRole(
            `${name}-role`,
            { metadata: roleMetadata, rules: COLLECTOR_RULES },
            { parent: this },
        );
        return new k8s.ClusterRoleBinding(
            `${name}-binding`,
            {
                metadata: roleMetadata,
                roleRef: {
                    apiGroup: "rbac.authorization.k8s.io",
                    kind: "ClusterRole",
                    name: CLUSTER_ROLE,
                },
                subjects: [{ kind: "ServiceAccount", ...metadata }],
            },
            { parent: this, dependsOn: [account, role] },
        );
    }
}

const CLUSTER_ROLE = `${COLLECTOR_SERVICE}-${MONITORING_NAMESPACE}`;

/** Finds targets, and reads metrics of those that ask who reads: kubelets and MetalLB. */
const COLLECTOR_RULES = [
    {
        apiGroups: [""],
        resources: ["services", "endpoints", "pods", "nodes"],
        verbs: ["get", "list", "watch"],
    },
    {
        apiGroups: ["discovery.k8s.io"],
        resources: ["endpointslices"],
        verbs: ["get", "list", "watch"],
    },
    { apiGroups: [""], resources: ["nodes/metrics"], verbs: ["get"] },
    { nonResourceURLs: ["/metrics", "/metrics/cadvisor"], verbs: ["get"] },
];

const NODES_KEY = "nodes.yaml";

/** A Secret, for the operator takes scrape configs from nothing else; none of it is secret. */
const NODES_SECRET = {
    metadata: metadataOf(COLLECTOR, "prometheus-collector-nodes"),
    // JSON is YAML.
    stringData: { [NODES_KEY]: JSON.stringify(nodeScrapeConfigs(), undefined, 2) },
};

const SERVICE = {
    metadata: {
        ...metadataOf(COLLECTOR, COLLECTOR_SERVICE),
        // Its endpoints come with the Prometheus, which is waited for.
        annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
        selector: { prometheus: COLLECTOR },
        ports: [{ name: "http-web", port: PROMETHEUS_PORT, targetPort: "web" }],
    },
};

/** More than a proxy that knows thousands of services says, less than what fills the collector. */
const SAMPLES_A_TARGET = 50_000;

function collectorResource(args: PrometheusCollectorArgs): k8s.CustomResourceArgs {
    return prometheusResource(COLLECTOR, args, {
        replicas: 1,
        serviceAccountName: COLLECTOR_SERVICE,
        // The federation's own labels say where a sample was sent from.
        replicaExternalLabelName: "",
        enforcedSampleLimit: SAMPLES_A_TARGET,
        serviceMonitorSelector: selectorOf(COLLECTOR),
        podMonitorSelector: selectorOf(COLLECTOR),
        ruleSelector: selectorOf(COLLECTOR),
        additionalScrapeConfigs: { name: NODES_SECRET.metadata.name, key: NODES_KEY },
        // A series takes about 4 KiB in memory: 100,000 series and a query beside them.
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "1Gi" } },
    });
}
