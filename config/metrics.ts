// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { broken, pathText, strict, urlText } from "./rules";

/*
 * The part of the stack's config that says how the fleet is measured. Absent, there is no metrics
 * stack.
 */

/** A whole number in a range. */
function count(unit: string, least: number, most: number, example: string) {
    const message = broken(
        `must be a whole number of ${unit} from ${String(least)} to ${String(most)}`,
        example,
    );
    return z.int(message).min(least, message).max(most, message);
}

const YEAR_HOURS = 8760;
const hours = (most: number) => count("hours", 1, most, "24 is one day.");
const gibibytes = count("GiB", 1, 16_384, "10 is enough for a small fleet.");

const noCentral = broken("must be the name of a cluster", "For example cluster-1.");
const replicasMessage = broken(
    "must be 1, or a whole number from 3 to 64",
    "Of three replicas one may fail; of two none may, so two are no better than one.",
);
const noObjectStore = broken(
    "must be the path of a file with Thanos' own object store configuration",
    "For example ./bucket.yaml: https://thanos.io/tip/thanos/storage.md/.",
);
const noAlertmanager = broken(
    "must be the URL of an Alertmanager that the central cluster reaches",
    "For example http://alertmanager.example.com:9093.",
);
const credentials = broken(
    "must have no user and no password: they would stand in the clear in the pod's arguments",
    "For example http://alertmanager.example.com:9093.",
);
const noVolumes = broken(
    "must be true or false",
    "true is right where every cluster has a default storage class.",
);

const retentionHours = strict({
    collector: hours(YEAR_HOURS)
        .default(6)
        .describe("Of everything that is scraped in a cluster, in that cluster."),
    federation: hours(YEAR_HOURS)
        .default(24)
        .describe("Of a cluster's aggregates, in that cluster."),
    central: hours(10 * YEAR_HOURS)
        .default(168)
        .describe("Of all clusters' aggregates, in the central one or its object store."),
}).prefault({});

const storageGiB = strict({
    collector: gibibytes.default(5).describe("Volume of a cluster's collector."),
    federation: gibibytes.default(2).describe("Volume of each of the federation's two replicas."),
    receive: gibibytes.default(10).describe("Volume of each replica of Thanos Receive."),
    store: gibibytes
        .default(10)
        .describe("Volume of the compactor and of the store gateway, with an object store."),
}).prefault({});

const alerts = strict({
    edgeSilentMinutes: count("minutes", 1, 1440, "15 is a quarter of an hour.")
        .default(15)
        .describe("An edge that had requests within a day is silent after these without one."),
    expiryDays: count("days", 1, 365, "14 is two weeks.")
        .default(14)
        .describe("Certificates are near their expiry when they have less left than this."),
    behindSeconds: count("seconds", 30, 86_400, "120 is two minutes.")
        .default(120)
        .describe("A cluster's remote write is behind when it has not caught up for so long."),
    reportSeconds: count("seconds", 30, 86_400, "120 is two minutes.")
        .default(120)
        .describe("A cluster does not report when its last sample is older than this."),
}).prefault({});

export const metrics = strict({
    central: z
        .string(noCentral)
        .describe("Cluster that keeps the metrics of all clusters with an edge to it."),
    receiveReplicas: z
        .int(replicasMessage)
        .max(64, replicasMessage)
        .refine((replicas) => replicas === 1 || replicas >= 3, replicasMessage)
        .default(1)
        .describe(
            "Replicas of Thanos Receive. From 3 on, every sample is kept by three of them, and a router of its own takes the writes.",
        ),
    objectStore: pathText(noObjectStore)
        .optional()
        .describe(
            "Path of a file with Thanos' object store configuration, from this folder. Defaults to none: Receive keeps its own retention.",
        ),
    scrapeSeconds: count("seconds", 5, 60, "15 is Prometheus Operator's own choice for most.")
        .default(15)
        .describe("Interval of scrapes, rules and federation, in seconds."),
    retentionHours: retentionHours.describe("How long samples are kept."),
    volumes: z
        .boolean(noVolumes)
        .default(true)
        .describe(
            "Whether samples lie on volumes, which need a default storage class in every cluster. Without, they go with their pods.",
        ),
    storageGiB: storageGiB.describe("Sizes of volumes."),
    alerts: alerts.describe("When alerts fire."),
    alertmanager: urlText(/^https?$/, noAlertmanager, credentials)
        .optional()
        .describe(
            "Alertmanager for the fleet's alerts. Defaults to none: they are seen in Thanos.",
        ),
});

/** How the fleet is measured. */
export type MetricsConfig = z.output<typeof metrics>;
