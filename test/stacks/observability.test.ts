// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { upstream } from "../../bundle";
import { clusterAlerts } from "../../metrics/clusterAlerts";
import { recordingRules } from "../../metrics/recordingRules";
import { createObservability } from "../../stacks/observability";
import { configOf, planOf } from "../helpers/fleets";
import { record } from "../helpers/mocks";
import {
    type Fleet,
    LABELS,
    awaitedBy,
    deletedWithOf,
    partsOf,
    providerOf,
    recordFleet,
} from "../helpers/stacks";

const COMMAND = "command:local:Command";
const NAMESPACE = "kubernetes:core/v1:Namespace";
const POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const PROMETHEUS = "kubernetes:monitoring.coreos.com/v1:Prometheus";
const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const SERVICE = "kubernetes:core/v1:Service";

const NAMES = ["a", "b", "c"];
const edges = ["a <-> b", "a -> c", "b -> c"];

/** A fleet of three, where c observes nobody. */
const measuredBy = (metrics: object, others: object = {}) =>
    recordFleet(configOf(NAMES, { edges, metrics, ...others }));

/** The components of a fleet, `type name` each. */
const components = ({ recording }: Fleet) =>
    recording.all
        .filter(({ type }) => type.startsWith("istio-fleet:"))
        .map(({ type, name }) => `${type.replace("istio-fleet:index:", "")} ${name}`);

/** What a Prometheus or its rules say. */
const specOf = ({ recording }: Fleet, type: string, name: string) =>
    recording.get(type, name).inputs.spec as Record<string, unknown>;

/** Components of a cluster that is measured and sends. */
const sender = (cluster: string) => [
    `MonitoringNamespace ${cluster}-monitoring`,
    `PrometheusCollector ${cluster}-collector`,
    `PrometheusFederation ${cluster}-federation`,
    `PrometheusOperator ${cluster}-prometheus-operator`,
    `RemoteWriteService ${cluster}-remote-write`,
];

describe("createObservability", () => {
    let fleet: Fleet;
    let plain: Fleet;
    before(async () => {
        plain = await recordFleet(configOf(NAMES, { edges }));
        const metrics = {
            central: "c",
            scrapeSeconds: 20,
            retentionHours: { collector: 3, federation: 5 },
            storageGiB: { collector: 7, federation: 4 },
        };
        fleet = await measuredBy(metrics, { trust: { domain: "mesh.example" } });
    });
    const added = () => {
        const before = new Set(components(plain));
        return components(fleet).filter((component) => !before.has(component));
    };
    const made = () =>
        partsOf(
            fleet.recording,
            added().map((component) => component.replace(/^.* /, "")),
        );

    it("makes nothing without metrics, also with an object store", async () => {
        const { recording } = await record(() => {
            const plan = planOf(configOf(NAMES, { edges }));
            const mesh = { members: new Map(), edges: [] };
            createObservability(plan, upstream, mesh, LABELS, "type: S3");
        });
        expect(recording.all).to.deep.equal([]);
    });

    it("adds to the rest of the fleet, and takes nothing away", () => {
        expect(components(fleet)).to.include.members(components(plain));
    });

    it("measures every cluster, and keeps the metrics in the central one", () => {
        expect(added()).to.have.members([
            ...sender("a"),
            ...sender("b"),
            ...sender("c"),
            "IstiodWebhook c-istiod-webhook",
            "RemoteWritePolicy c-remote-write-policy",
            "ThanosReceive c-thanos-receive",
            "ThanosQuery c-thanos-query",
            "ThanosQueryFrontend c-thanos-query-frontend",
            "ThanosRuler c-thanos-ruler",
            "Grafana c-grafana",
        ]);
    });

    it("puts each resource in the cluster that its name begins with", () => {
        const strayed = made().filter(
            (one) => !one.name.startsWith(`${providerOf(fleet.recording, one)}-`),
        );
        expect(strayed.map(({ name }) => name)).to.deep.equal([]);
    });

    it("lets each resource go with its cluster", () => {
        const others = made().filter(
            (one) =>
                deletedWithOf(fleet.recording, one) !== `${providerOf(fleet.recording, one)}-kind`,
        );
        expect(others.map(({ name }) => name)).to.deep.equal([]);
    });

    it("labels the namespaces as the fleet's", () => {
        expect(
            fleet.recording.get(NAMESPACE, "a-monitoring-namespace").inputs.metadata,
        ).to.deep.equal({ name: "monitoring", labels: LABELS });
    });

    it("asks the webhook of the istiod that gets the policy, in its own cluster", () => {
        const { inputs } = fleet.recording.get(COMMAND, "c-istiod-webhook-serves");
        const central = fleet.clusters.find(({ plan: { name } }) => name === "c");
        expect([inputs.environment, inputs.triggers]).to.deep.equal([
            central?.access,
            [central?.identity],
        ]);
    });

    const order: [string, string, string[]][] = [
        ["MonitoringNamespace", "a-monitoring", []],
        ["IstiodWebhook", "c-istiod-webhook", ["c-istio", "c-monitoring"]],
        ["PrometheusOperator", "a-prometheus-operator", ["a-monitoring"]],
        ["PrometheusCollector", "a-collector", ["a-prometheus-operator"]],
        ["RemoteWriteService", "a-remote-write", ["a-monitoring"]],
        ["RemoteWritePolicy", "c-remote-write-policy", ["c-istiod-webhook", "c-monitoring"]],
        ...NAMES.map((name): [string, string, string[]] => [
            "PrometheusFederation",
            `${name}-federation`,
            [
                "c-remote-write-policy",
                `${name}-collector`,
                `${name}-istio`,
                `${name}-prometheus-operator`,
                `${name}-remote-write`,
            ].sort(),
        ]),
    ];
    for (const [type, name, expected] of order) {
        it(`makes ${name} after ${expected.join(", ") || "nothing but its cluster"}`, () => {
            expect(awaitedBy(fleet.recording, type, name)).to.deep.equal(expected);
        });
    }

    it("lets every sender write, and nobody else", () => {
        expect(fleet.recording.names(POLICY)).to.deep.equal([
            "c-remote-write-policy-nobody",
            "c-remote-write-policy-sender-a",
            "c-remote-write-policy-sender-b",
            "c-remote-write-policy-sender-c",
        ]);
    });

    it("knows senders by the mesh's trust domain", () => {
        const { rules } = specOf(fleet, POLICY, "c-remote-write-policy-sender-a");
        expect((rules as { from: unknown }[])[0]?.from).to.deep.equal([
            {
                source: {
                    principals: ["mesh.example/ns/monitoring/sa/prometheus-federation-a"],
                },
            },
        ]);
    });

    it("takes the operator and its reloader from the sources", () => {
        const { inputs } = fleet.recording.get(
            "istio-fleet:index:PrometheusOperator",
            "b-prometheus-operator",
        );
        expect(inputs).to.deep.equal({
            image: upstream.metricsImages.prometheusOperator,
            reloaderImage: upstream.metricsImages.prometheusConfigReloader,
        });
    });

    const kept: [string, string, number][] = [
        ["collector", "3h", 7],
        ["federation", "5h", 4],
    ];
    for (const [prometheus, retention, sizeGiB] of kept) {
        it(`keeps a ${prometheus}'s samples as long, and on as much disk, as the config says`, () => {
            const spec = specOf(fleet, PROMETHEUS, `b-${prometheus}-prometheus`);
            const storage = {
                volumeClaimTemplate: {
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: `${String(sizeGiB)}Gi` } },
                    },
                },
            };
            expect(spec).to.deep.include({
                image: upstream.metricsImages.prometheus,
                externalLabels: { cluster: "b" },
                scrapeInterval: "20s",
                retention,
                storage,
            });
        });
    }

    it("gives each collector the recording rules", () => {
        expect(specOf(fleet, RULES, "b-collector-rules")).to.deep.equal({
            groups: recordingRules({ scrapeSeconds: 20 }),
        });
    });

    it("gives each federation the alerts of what is planned for its cluster", () => {
        const common = {
            isPrimary: true,
            gateway: true,
            sends: true,
            scrapeSeconds: 20,
            expiryDays: 14,
            behindSeconds: 120,
        };
        const expected = [
            { ...common, cluster: "a", remoteClusters: ["b", "c"], thanosServices: [] },
            {
                ...common,
                cluster: "c",
                remoteClusters: [],
                thanosServices: [
                    "thanos-receive-ingestor",
                    "thanos-query",
                    "thanos-query-frontend",
                    "thanos-ruler",
                ],
            },
        ];
        for (const args of expected) {
            expect(specOf(fleet, RULES, `${args.cluster}-federation-rules`)).to.deep.equal({
                groups: clusterAlerts(args),
            });
        }
    });
});

describe("a cluster that does not observe the central one", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await measuredBy({ central: "a" });
    });

    it("has no Service to write to, unlike the others", () => {
        const services = fleet.recording.names(SERVICE).filter((name) => name.includes("write"));
        expect(services).to.deep.equal(["a-remote-write-service", "b-remote-write-service"]);
    });

    it("does not send", () => {
        const sending = NAMES.filter(
            (name) => "remoteWrite" in specOf(fleet, PROMETHEUS, `${name}-federation-prometheus`),
        );
        expect(sending).to.deep.equal(["a", "b"]);
    });

    it("waits for no other cluster, nor for its own control plane", () => {
        expect(awaitedBy(fleet.recording, "PrometheusFederation", "c-federation")).to.deep.equal([
            "c-collector",
            "c-prometheus-operator",
        ]);
    });

    it("may not write", () => {
        expect(fleet.recording.names(POLICY)).to.deep.equal([
            "a-remote-write-policy-nobody",
            "a-remote-write-policy-sender-a",
            "a-remote-write-policy-sender-b",
        ]);
    });
});
