// SPDX-License-Identifier: Apache-2.0
import type { RuleGroup } from "../metrics/rule";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import type * as k8s from "./kubernetes";
import { CONTROLLER_ANNOTATION } from "./prometheusOperator";

/*
 * What the collector and the federation have in common: a Prometheus as Prometheus Operator's custom
 * resource, and the rules and targets that belong to it by a label.
 */

/** API of Prometheus Operator. */
export const MONITORING_API = "monitoring.coreos.com/v1";

/** Label that says which Prometheus takes a monitor or a rule: its value is that one's name. */
export const PROMETHEUS_LABEL = "istio-fleet.io/prometheus";

/** The images' user, nobody. */
const NOBODY = 65534;

/** Where samples lie. */
export interface Storage {
    /** Size of the volume, in GiB. */
    sizeGiB: number;
    /** Whether samples lie on a volume of the default storage class; else they go with their pod. */
    persistent: boolean;
}

/** What both kinds of Prometheus take. */
export interface PrometheusArgs {
    /** The cluster's name, an external label of every sample. */
    clusterName: string;
    /** Image of Prometheus. */
    image: string;
    /** How long samples are kept, in hours. */
    retentionHours: number;
    /** Interval of scrapes and rules, in seconds. */
    scrapeSeconds: number;
    storage: Storage;
}

/** Metadata of an object that belongs to one of the Prometheus. */
export function metadataOf(prometheus: string, name: string) {
    return { name, namespace: MONITORING_NAMESPACE, labels: { [PROMETHEUS_LABEL]: prometheus } };
}

/** Selects what belongs to a Prometheus, in its own namespace. */
export function selectorOf(prometheus: string) {
    return { matchLabels: { [PROMETHEUS_LABEL]: prometheus } };
}

/** The PrometheusRule with rule groups for one of the Prometheus. */
export function prometheusRule(
    prometheus: string,
    groups: readonly RuleGroup[],
): k8s.CustomResourceArgs {
    return {
        apiVersion: MONITORING_API,
        kind: "PrometheusRule",
        metadata: metadataOf(prometheus, prometheus),
        spec: { groups },
    };
}

/** The Prometheus itself. The provider waits until every replica of it is available. */
export function prometheusResource(
    name: string,
    args: PrometheusArgs,
    spec: Readonly<Record<string, unknown>>,
): k8s.CustomResourceArgs {
    return {
        apiVersion: MONITORING_API,
        kind: "Prometheus",
        metadata: {
            name,
            namespace: MONITORING_NAMESPACE,
            annotations: {
                ...CONTROLLER_ANNOTATION,
                "pulumi.com/waitFor": "condition=Available",
            },
        },
        spec: {
            image: args.image,
            imagePullPolicy: "IfNotPresent",
            version: versionOf(args.image),
            externalLabels: { cluster: args.clusterName },
            prometheusExternalLabelName: "",
            scrapeInterval: `${String(args.scrapeSeconds)}s`,
            evaluationInterval: `${String(args.scrapeSeconds)}s`,
            retention: `${String(args.retentionHours)}h`,
            // Of a volume that is full nothing can be deleted any more: older samples go before.
            retentionSize: `${String(Math.floor(args.storage.sizeGiB * 820))}MiB`,
            walCompression: true,
            securityContext: {
                runAsUser: NOBODY,
                runAsGroup: NOBODY,
                runAsNonRoot: true,
                fsGroup: NOBODY,
                seccompProfile: { type: "RuntimeDefault" },
            },
            ...storageSpec(args.storage),
            ...spec,
        },
    };
}

/** The operator derives flags from the version: the image's tag, without a digest. */
export function versionOf(image: string): string {
    const version = /:(v\d+\.\d+\.\d+)(@|$)/.exec(image)?.[1];
    if (version !== undefined) return version;
    throw new Error(
        `image "${image}" must have a tag like v3.15.0: Prometheus Operator derives flags from it`,
    );
}

/**
 * A volume for each replica. It goes with its namespace, not with its StatefulSet: the operator makes
 * that anew when something changes that cannot, and finds the volume again.
 */
function storageSpec({ sizeGiB, persistent }: Storage) {
    const size = `${String(sizeGiB)}Gi`;
    if (!persistent) return { storage: { emptyDir: { sizeLimit: size } } };
    return {
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
        storage: {
            volumeClaimTemplate: {
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: size } },
                },
            },
        },
    };
}
