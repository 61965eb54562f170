// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseConfig } from "../../config";
import { beside, describeRefusals } from "../helpers/refusals";

const METRICS_KEYS =
    "central, receiveReplicas, objectStore, scrapeSeconds, retentionHours, volumes, storageGiB, alerts, alertmanager";
const ALERT_KEYS = "edgeSilentMinutes, expiryDays, behindSeconds, reportSeconds";
const CENTRAL_RULE = "must be the name of a cluster. For example cluster-1.";
const REPLICAS_RULE =
    "must be 1, or a whole number from 3 to 64. " +
    "Of three replicas one may fail; of two none may, so two are no better than one.";
const OBJECT_STORE_RULE =
    "must be the path of a file with Thanos' own object store configuration. " +
    "For example ./bucket.yaml: https://thanos.io/tip/thanos/storage.md/.";
const ALERTMANAGER_RULE =
    "must be the URL of an Alertmanager that the central cluster reaches. " +
    "For example http://alertmanager.example.com:9093.";
const CREDENTIALS_RULE =
    "must have no user and no password: they would stand in the clear in the pod's arguments. " +
    "For example http://alertmanager.example.com:9093.";

/** What comes of the metrics of a config. */
function parse(metrics: object) {
    const { config, problems } = parseConfig({ clusters: [{ name: "a" }], metrics });
    return { metrics: config?.metrics, problems };
}

describe("config of metrics", () => {
    it("has a default for all but the central cluster", () => {
        expect(parse({ central: "a" })).to.deep.equal({
            metrics: {
                central: "a",
                receiveReplicas: 1,
                scrapeSeconds: 15,
                retentionHours: { collector: 6, federation: 24, central: 168 },
                volumes: true,
                storageGiB: { collector: 5, federation: 2, receive: 10, store: 10 },
                alerts: {
                    edgeSilentMinutes: 15,
                    expiryDays: 14,
                    behindSeconds: 120,
                    reportSeconds: 120,
                },
            },
            problems: [],
        });
    });

    it("keeps everything that is given", () => {
        const metrics = {
            central: "a",
            receiveReplicas: 3,
            objectStore: "../bucket.yaml",
            scrapeSeconds: 30,
            retentionHours: { collector: 1, federation: 2, central: 3 },
            volumes: false,
            storageGiB: { collector: 4, federation: 5, receive: 6, store: 7 },
            alerts: { edgeSilentMinutes: 8, expiryDays: 9, behindSeconds: 31, reportSeconds: 32 },
            alertmanager: "https://alerts.example.com/path",
        };
        expect(parse(metrics)).to.deep.equal({ metrics, problems: [] });
    });

    it("is none where it is absent, and where it is wrong", () => {
        const wrong = parseConfig({ clusters: [{ name: "a" }], metrics: {} });
        const absent = parseConfig({ clusters: [{ name: "a" }] });
        expect(absent.problems).to.deep.equal([]);
        for (const { config } of [wrong, absent]) {
            expect(config).to.have.property("clusters");
            expect(config).not.to.have.property("metrics");
        }
    });

    it("accepts one replica, and every number from three", () => {
        for (const receiveReplicas of [1, 3, 4, 64]) {
            expect(parse({ central: "a", receiveReplicas }).problems).to.deep.equal([]);
        }
    });
});

const HOURS = "24 is one day.";
const GIBIBYTES = "10 is enough for a small fleet.";
const TWO_MINUTES = "120 is two minutes.";

/** Keys that are whole numbers in a range, the unit, and the fix. */
const counts: [path: string, least: number, most: number, unit: string, fix: string][] = [
    ["scrapeSeconds", 5, 60, "seconds", "15 is Prometheus Operator's own choice for most."],
    ["retentionHours.collector", 1, 8760, "hours", HOURS],
    ["retentionHours.federation", 1, 8760, "hours", HOURS],
    ["retentionHours.central", 1, 87_600, "hours", HOURS],
    ["storageGiB.collector", 1, 16_384, "GiB", GIBIBYTES],
    ["storageGiB.federation", 1, 16_384, "GiB", GIBIBYTES],
    ["storageGiB.receive", 1, 16_384, "GiB", GIBIBYTES],
    ["storageGiB.store", 1, 16_384, "GiB", GIBIBYTES],
    ["alerts.edgeSilentMinutes", 1, 1440, "minutes", "15 is a quarter of an hour."],
    ["alerts.expiryDays", 1, 365, "days", "14 is two weeks."],
    ["alerts.behindSeconds", 30, 86_400, "seconds", TWO_MINUTES],
    ["alerts.reportSeconds", 30, 86_400, "seconds", TWO_MINUTES],
];

/** Metrics with one key set, which may lie in a map. */
function withKey(path: string, value: unknown): Record<string, unknown> {
    const [key = "", inner] = path.split(".");
    return { central: "east", [key]: inner === undefined ? value : { [inner]: value } };
}

describe("config of metrics: numbers", () => {
    for (const [path, least, most] of counts) {
        it(`accepts ${path} of ${String(least)} and ${String(most)}`, () => {
            const found = [least, most].flatMap((value) => parse(withKey(path, value)).problems);
            expect(found).to.deep.equal([]);
        });
    }
});

describeRefusals(
    "config of metrics: numbers out of range",
    counts.flatMap(([path, least, most, unit, fix]) =>
        beside(
            "metrics",
            [least - 1, most + 1, least + 0.5, String(least)].map((value) => {
                const shown = JSON.stringify(value);
                const rule = `must be a whole number of ${unit} from ${String(least)} to ${String(most)}`;
                return [
                    `${path} of ${shown}`,
                    withKey(path, value),
                    `metrics.${path}: ${shown} ${rule}. ${fix}`,
                ];
            }),
        ),
    ),
);

describeRefusals(
    "config of metrics: replicas of Receive",
    beside(
        "metrics",
        [0, 2, -1, 3.5, 65, "3"].map((value) => {
            const shown = JSON.stringify(value);
            return [
                `${shown} replicas`,
                withKey("receiveReplicas", value),
                `metrics.receiveReplicas: ${shown} ${REPLICAS_RULE}`,
            ];
        }),
    ),
);

describeRefusals("config of metrics: maps and keys", [
    ...beside("metrics", [
        [
            "metrics that are no map",
            true,
            `metrics: true must be a map. Its keys are: ${METRICS_KEYS}.`,
        ],
        [
            "a misspelt key",
            { central: "east", scrapeSecond: 15 },
            'metrics: ["scrapeSecond"] has a key that is not known: "scrapeSecond". ' +
                `Did you mean "scrapeSeconds" instead of "scrapeSecond"? Known: ${METRICS_KEYS}.`,
        ],
        [
            "retention that is no map",
            { central: "east", retentionHours: 24 },
            "metrics.retentionHours: 24 must be a map. Its keys are: collector, federation, central.",
        ],
        [
            "a misspelt key of retention",
            { central: "east", retentionHours: { centre: 24 } },
            'metrics.retentionHours: ["centre"] has a key that is not known: "centre". ' +
                'Did you mean "central" instead of "centre"? Known: collector, federation, central.',
        ],
        [
            "storage that is no map",
            { central: "east", storageGiB: "10Gi" },
            'metrics.storageGiB: "10Gi" must be a map. Its keys are: collector, federation, receive, store.',
        ],
        [
            "a misspelt key of storage",
            { central: "east", storageGiB: { recieve: 10 } },
            'metrics.storageGiB: ["recieve"] has a key that is not known: "recieve". ' +
                'Did you mean "receive" instead of "recieve"? Known: collector, federation, receive, store.',
        ],
        [
            "alerts that are no map",
            { central: "east", alerts: [] },
            `metrics.alerts: [] must be a map. Its keys are: ${ALERT_KEYS}.`,
        ],
        [
            "a misspelt key of alerts",
            { central: "east", alerts: { expireDays: 1 } },
            'metrics.alerts: ["expireDays"] has a key that is not known: "expireDays". ' +
                `Did you mean "expiryDays" instead of "expireDays"? Known: ${ALERT_KEYS}.`,
        ],
    ]),
]);

describeRefusals(
    "config of metrics: names, paths and URLs",
    beside("metrics", [
        ["no central cluster", {}, `metrics.central: nothing ${CENTRAL_RULE}`],
        ["a central cluster that is no text", { central: 1 }, `metrics.central: 1 ${CENTRAL_RULE}`],
        [
            "a central cluster that is none of the fleet",
            { central: "eats" },
            'metrics.central: "eats" must be the name of a cluster. Did you mean "east"?',
        ],
        [
            "a central cluster like no other",
            { central: "cluster-1" },
            'metrics.central: "cluster-1" must be the name of a cluster. Name one of: east, west.',
        ],
        [
            "an object store without a path",
            withKey("objectStore", ""),
            `metrics.objectStore: "" ${OBJECT_STORE_RULE}`,
        ],
        [
            "an object store that is no text",
            withKey("objectStore", { type: "S3" }),
            `metrics.objectStore: {"type":"S3"} ${OBJECT_STORE_RULE}`,
        ],
        [
            "an Alertmanager without a scheme",
            withKey("alertmanager", "alertmanager:9093"),
            `metrics.alertmanager: "alertmanager:9093" ${ALERTMANAGER_RULE}`,
        ],
        [
            "an Alertmanager of another scheme",
            withKey("alertmanager", "ftp://alertmanager"),
            `metrics.alertmanager: "ftp://alertmanager" ${ALERTMANAGER_RULE}`,
        ],
        [
            "an Alertmanager that is no text",
            withKey("alertmanager", 9093),
            `metrics.alertmanager: 9093 ${ALERTMANAGER_RULE}`,
        ],
        [
            "an Alertmanager with a user",
            withKey("alertmanager", "http://me@alerts:9093"),
            `metrics.alertmanager: "http://***@alerts:9093" ${CREDENTIALS_RULE}`,
        ],
        [
            "an Alertmanager with a password alone",
            withKey("alertmanager", "https://:secret@alerts"),
            `metrics.alertmanager: "https://***@alerts" ${CREDENTIALS_RULE}`,
        ],
        [
            "volumes that are neither wanted nor not",
            withKey("volumes", "yes"),
            'metrics.volumes: "yes" must be true or false. ' +
                "true is right where every cluster has a default storage class.",
        ],
    ]),
);

describeRefusals("config of metrics: several errors at once", [
    [
        "each of them",
        {
            clusters: [{ name: "east" }],
            metrics: { central: "east", receiveReplicas: 2, alerts: { expiryDays: 0 } },
            meshId: "",
        },
        [
            'meshId: "" must be the mesh\'s id: a DNS label of 1 to 63 lower-case letters, digits and "-", ' +
                "with a letter or digit at both ends. For example fleet.",
            `metrics.receiveReplicas: 2 ${REPLICAS_RULE}`,
            "metrics.alerts.expiryDays: 0 must be a whole number of days from 1 to 365. 14 is two weeks.",
        ],
    ],
]);
