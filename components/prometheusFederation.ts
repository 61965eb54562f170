// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import {
    COLLECTOR_SERVICE,
    FEDERATE_PREFIX,
    FEDERATION,
    FEDERATION_SERVICE,
    PROMETHEUS_PORT,
    RECEIVE_SERVICE,
    REMOTE_WRITE_PORT,
    REPLICA_LABEL,
    senderAccount,
} from "../metrics/names";
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

/** Inputs of PrometheusFederation. */
export interface PrometheusFederationArgs extends PrometheusArgs {
    /** The cluster's own alerts. */
    alerts: readonly RuleGroup[];
    /** Whether it writes to the central cluster, through the mesh. */
    sends: boolean;
}

/**
 * The Prometheus that keeps a cluster's aggregates, evaluates its alerts and sends both on. Two
 * replicas: one that is killed loses what it had not sent yet, and nothing tells.
 */
export class PrometheusFederation extends pulumi.ComponentResource {
    constructor(
        name: string,
        args: PrometheusFederationArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("istio-fleet:index:PrometheusFederation", name, args, opts);
        const child = { parent: this };
        const metadata = {
            name: senderAccount(args.clusterName),
            namespace: MONITORING_NAMESPACE,
        };
        const account = new k8s.ServiceAccount(`${name}-account`, { metadata }, child);
        const rules = new k8s.CustomResource(
            `${name}-rules`,
            prometheusRule(FEDERATION, args.alerts),
            child,
        );
        const scrape = new k8s.CustomResource(
            `${name}-scrape`,
            federateConfig(args.scrapeSeconds),
            child,
        );
        new k8s.CustomResource(`${name}-prometheus`, federationResource(args), {
            parent: this,
            dependsOn: [account, rules, scrape],
        });
        new k8s.Service(`${name}-service`, SERVICE, child);
        this.registerOutputs();
    }
}

const SERVICE = {
    metadata: {
        ...metadataOf(FEDERATION, FEDERATION_SERVICE),
        annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
        // Each replica by itself, for the collector.
        clusterIP: "None",
        selector: { prometheus: FEDERATION },
        ports: [{ name: "http-web", port: PROMETHEUS_PORT, targetPort: "web" }],
    },
};

/** How often it looks for what was recorded, in an interval of the rules. */
const LOOKS = 3;

/**
 * Takes what the collector's rules recorded, with its own labels and times: the replicas then have
 * the same samples. A ScrapeConfig, for a monitor would add the collector's pod to every series.
 */
export function federateConfig(scrapeSeconds: number): k8s.CustomResourceArgs {
    return {
        apiVersion: "monitoring.coreos.com/v1alpha1",
        kind: "ScrapeConfig",
        metadata: metadataOf(FEDERATION, "federate"),
        spec: {
            jobName: "federate",
            // Samples have the rules' times, so that more looks bring no more samples, only earlier ones.
            scrapeInterval: `${String(Math.ceil(scrapeSeconds / LOOKS))}s`,
            metricsPath: "/federate",
            params: { "match[]": [`{__name__=~"${FEDERATE_PREFIX}.+"}`] },
            honorLabels: true,
            honorTimestamps: true,
            // With times of their own, series that ended would otherwise go on for five minutes.
            trackTimestampsStaleness: true,
            staticConfigs: [
                {
                    targets: [
                        `${COLLECTOR_SERVICE}.${MONITORING_NAMESPACE}.svc:${String(PROMETHEUS_PORT)}`,
                    ],
                },
            ],
            metricRelabelings: [
                {
                    sourceLabels: ["__name__"],
                    regex: `${FEDERATE_PREFIX}(.+)`,
                    targetLabel: "__name__",
                    replacement: "$1",
                },
                // What the collector's rules give no job gets that of the scrape.
                { sourceLabels: ["job"], regex: "federate", targetLabel: "job", replacement: "" },
            ],
        },
    };
}

/** Only remote write goes through the sidecar; the collector is scraped past it. */
const SIDECAR = {
    labels: { "sidecar.istio.io/inject": "true" },
    annotations: {
        "traffic.sidecar.istio.io/includeInboundPorts": "",
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
        "traffic.sidecar.istio.io/includeOutboundPorts": String(REMOTE_WRITE_PORT),
        // Nothing else is asked of it.
        "sidecar.istio.io/proxyCPU": "10m",
        "sidecar.istio.io/proxyMemory": "40Mi",
        // Sizes of the mesh count no more where a pod has one of its own.
        "sidecar.istio.io/proxyMemoryLimit": "512Mi",
    },
};

export function federationResource(args: PrometheusFederationArgs): k8s.CustomResourceArgs {
    return prometheusResource(FEDERATION, args, {
        replicas: 2,
        serviceAccountName: senderAccount(args.clusterName),
        // The operator would mount the account's token, whatever the account says.
        automountServiceAccountToken: false,
        replicaExternalLabelName: REPLICA_LABEL,
        ruleSelector: selectorOf(FEDERATION),
        scrapeConfigSelector: selectorOf(FEDERATION),
        ...(args.sends ? { podMetadata: SIDECAR, remoteWrite: [REMOTE_WRITE] } : {}),
        affinity: { podAntiAffinity: APART },
        resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "1Gi" } },
    });
}

/** On two nodes where there are two. */
const APART = {
    preferredDuringSchedulingIgnoredDuringExecution: [
        {
            weight: 100,
            podAffinityTerm: {
                topologyKey: "kubernetes.io/hostname",
                labelSelector: { matchLabels: { prometheus: FEDERATION } },
            },
        },
    ],
};

const REMOTE_WRITE = {
    name: "thanos",
    url: `http://${RECEIVE_SERVICE}.${MONITORING_NAMESPACE}.svc.cluster.local:${String(REMOTE_WRITE_PORT)}/api/v1/receive`,
    metadataConfig: { send: false },
    // What is of this Prometheus alone, and of use in it alone.
    writeRelabelConfigs: [
        {
            sourceLabels: ["__name__"],
            regex: "up|scrape_(duration|samples|series|timeout)_.+|ALERTS_FOR_STATE",
            action: "drop",
        },
    ],
    // A connection through a gateway that vanished is given up after this, not after 30 s.
    remoteTimeout: "10s",
    queueConfig: {
        minShards: 1,
        // After an outage: four at a time, not the 50 that would flood the one Receive.
        maxShards: 4,
        maxSamplesPerSend: 2000,
        // Of a shard: five requests, about 10 MiB for all of them. What waits longer lies on disk.
        capacity: 10_000,
        batchSendDeadline: "1s",
        minBackoff: "100ms",
        maxBackoff: "5s",
    },
};
