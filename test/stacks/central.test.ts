// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Sources, upstream } from "../../bundle";
import { fleetAlerts } from "../../metrics/fleetAlerts";
import { centralServices } from "../../stacks/central";
import { reachable } from "../helpers/existing";
import { configOf, planOf } from "../helpers/fleets";
import { EMPTY, type Fleet, awaitedBy, recordFleet } from "../helpers/stacks";
import { type Workload, argsOf } from "../helpers/thanos";

const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const GRAFANA = "istio-fleet:index:Grafana";
const PROMETHEUS = "kubernetes:monitoring.coreos.com/v1:Prometheus";
const STATEFUL_SET = "kubernetes:apps/v1:StatefulSet";

const edges = ["a <-> b", "a -> c", "b -> c"];
const configWith = (metrics: object) =>
    configOf(["a", "b", "c"], { edges, metrics: { central: "c", ...metrics } });

const OBJECT_STORE = "type: S3\nconfig: {secret_key: hidden}\n";
const withObjectStore = (metrics: object = {}) =>
    recordFleet(configWith({ objectStore: "./bucket.yaml", ...metrics }), {
        objectStore: OBJECT_STORE,
    });

const specOf = ({ recording }: Fleet, type: string, name: string) =>
    recording.get(type, name).inputs.spec as Workload;
const endpoints = (fleet: Fleet) =>
    argsOf(specOf(fleet, DEPLOYMENT, "c-thanos-query-deployment"))
        .filter((arg) => arg.startsWith("--endpoint="))
        .map((arg) => arg.replace(/^--endpoint=dnssrv\+_grpc\._tcp\.([^.]*)\..*$/, "$1"));

/** The value of an ingestor's flag. */
const ofReceive = (fleet: Fleet, flag: string) =>
    argsOf(specOf(fleet, STATEFUL_SET, "c-thanos-receive-ingestor"))
        .find((arg) => arg.startsWith(`--${flag}=`))
        ?.slice(flag.length + 3);

describe("createCentral", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(
            configWith({
                retentionHours: { central: 200 },
                alerts: { reportSeconds: 60 },
                alertmanager: "http://alerts.example:9093",
            }),
        );
    });

    const order: [string, string, string[]][] = [
        ["ThanosReceive", "c-thanos-receive", ["c-istio", "c-monitoring", "c-remote-write-policy"]],
        ["ThanosQuery", "c-thanos-query", ["c-monitoring"]],
        ["ThanosQueryFrontend", "c-thanos-query-frontend", ["c-monitoring", "c-thanos-query"]],
        ["ThanosRuler", "c-thanos-ruler", ["c-monitoring", "c-thanos-query"]],
        ["Grafana", "c-grafana", ["c-monitoring"]],
    ];
    for (const [type, name, expected] of order) {
        it(`makes ${name} after ${expected.join(", ")}`, () => {
            expect(awaitedBy(fleet.recording, type, name)).to.deep.equal(expected);
        });
    }

    it("keeps samples in Receive alone, for as long as the fleet's are kept", () => {
        expect(fleet.recording.names(STATEFUL_SET)).to.deep.equal([
            "c-thanos-receive-ingestor",
            "c-thanos-ruler-set",
        ]);
        expect(endpoints(fleet)).to.deep.equal(["thanos-receive-ingestor", "thanos-ruler"]);
        expect(ofReceive(fleet, "tsdb.retention")).to.equal("200h");
    });

    it("gives the fleet's alerts to the Ruler", () => {
        const { data } = fleet.recording.get(CONFIG_MAP, "c-thanos-ruler-config").inputs;
        const { discoveries } = planOf(configWith({}));
        expect(JSON.parse((data as Record<string, string>)["rules.yaml"] ?? "")).to.deep.equal({
            groups: fleetAlerts({
                senders: ["a", "b", "c"],
                edges: discoveries,
                edgeSilentMinutes: 15,
                reportSeconds: 60,
            }),
        });
    });

    it("sends them where the config says", () => {
        const urls = argsOf(specOf(fleet, STATEFUL_SET, "c-thanos-ruler-set")).filter((arg) =>
            arg.startsWith("--alertmanagers.url"),
        );
        expect(urls).to.deep.equal(["--alertmanagers.url=http://alerts.example:9093"]);
    });

    it("keeps what the Ruler records as long as the fleet's samples", () => {
        const ruler = argsOf(specOf(fleet, STATEFUL_SET, "c-thanos-ruler-set"));
        expect(ruler).to.include("--tsdb.retention=200h");
    });

    it("has a Grafana with an image of it", () => {
        const { inputs } = fleet.recording.get(GRAFANA, "c-grafana");
        expect(inputs).to.deep.equal({
            image: upstream.metricsImages.grafana,
            scrapeSeconds: 15,
            reportSeconds: 60,
        });
    });

    it("has none without", async () => {
        const { prometheusOperator, prometheusConfigReloader, prometheus, thanos } =
            upstream.metricsImages;
        const metricsImages = { prometheusOperator, prometheusConfigReloader, prometheus, thanos };
        const sources: Sources = { ...upstream, metricsImages };
        const { recording } = await recordFleet(configWith({}), { sources });
        expect(recording.names(GRAFANA)).to.deep.equal([]);
    });
});

describe("a central cluster with an object store", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await withObjectStore({
            retentionHours: { central: 400 },
            storageGiB: { receive: 3, store: 5 },
        });
    });

    for (const [type, name] of [
        ["ThanosStore", "c-thanos-store"],
        ["ThanosCompactor", "c-thanos-compact"],
    ] as const) {
        it(`has ${name}, when its namespace is there`, () => {
            expect(awaitedBy(fleet.recording, type, name)).to.deep.equal(["c-monitoring"]);
        });
    }

    it("is asked by Query for what Receive no longer has", () => {
        expect(endpoints(fleet)).to.deep.equal([
            "thanos-receive-ingestor",
            "thanos-ruler",
            "thanos-store",
        ]);
        expect(ofReceive(fleet, "tsdb.retention")).to.equal("24h");
    });

    it("keeps samples there for as long as the fleet's are kept", () => {
        const retentions = argsOf(specOf(fleet, STATEFUL_SET, "c-thanos-compact-set")).filter(
            (arg) => arg.startsWith("--retention."),
        );
        expect(retentions).to.deep.equal([
            "--retention.resolution-raw=400h",
            "--retention.resolution-5m=400h",
            "--retention.resolution-1h=400h",
        ]);
    });

    it("has volumes of the sizes that the config says, and a small one for the Ruler", () => {
        const sizes = fleet.recording.ofType(STATEFUL_SET).map(({ name, inputs }) => {
            const { volumeClaimTemplates } = inputs.spec as {
                volumeClaimTemplates: { spec: { resources: unknown } }[];
            };
            return [name, volumeClaimTemplates.map(({ spec }) => spec.resources)];
        });
        const claim = (storage: string) => [{ requests: { storage } }];
        expect(sizes).to.have.deep.members([
            ["c-thanos-receive-ingestor", claim("3Gi")],
            ["c-thanos-ruler-set", claim("1Gi")],
            ["c-thanos-store-set", claim("5Gi")],
            ["c-thanos-compact-set", claim("5Gi")],
        ]);
    });

    it("has its keys in secret inputs, each time", () => {
        const telling = fleet.recording.all.filter(({ inputs }) =>
            JSON.stringify(inputs).includes("hidden"),
        );
        expect(telling.map(({ name, secrets }) => ({ name, secrets }))).to.have.deep.members([
            { name: "c-thanos-receive", secrets: ["objstoreConfig"] },
            { name: "c-thanos-receive-objstore", secrets: ["stringData"] },
            { name: "c-thanos-store", secrets: ["objstoreConfig"] },
            { name: "c-thanos-store-objstore", secrets: ["stringData"] },
            { name: "c-thanos-compact", secrets: ["objstoreConfig"] },
            { name: "c-thanos-compact-objstore", secrets: ["stringData"] },
        ]);
    });

    it("has its keys in no other input", () => {
        const open = fleet.recording.all.flatMap(({ inputs, secrets }) =>
            Object.entries(inputs).filter(([key]) => !secrets.includes(key)),
        );
        expect(open.filter((entry) => JSON.stringify(entry).includes("hidden"))).to.deep.equal([]);
    });

    it("tells no output of its keys", () => {
        const outputs = JSON.stringify([...fleet.recording.outputs.values()]);
        expect(outputs).not.to.include("hidden");
    });
});

describe("a central cluster with three replicas of Receive", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(configWith({ receiveReplicas: 3 }));
    });

    it("has a router, which writes each sample three times", () => {
        const router = specOf(fleet, DEPLOYMENT, "c-thanos-receive-router");
        expect(argsOf(router)).to.include("--receive.replication-factor=3");
        expect(specOf(fleet, STATEFUL_SET, "c-thanos-receive-ingestor").replicas).to.equal(3);
    });

    it("has the router's Service with the others that are scraped", () => {
        const { metrics } = planOf(configWith({ receiveReplicas: 3, objectStore: "x" }));
        expect(metrics && centralServices(metrics)).to.deep.equal([
            "thanos-receive-ingestor",
            "thanos-receive-router",
            "thanos-query",
            "thanos-query-frontend",
            "thanos-ruler",
            "thanos-store",
            "thanos-compact",
        ]);
    });
});

describe("an existing cluster that is measured", () => {
    const existing = { kubeconfig: "./c.kubeconfig", loadBalancer: "provided" };
    const made = (volumes: boolean, defaultStorageClass = true) =>
        recordFleet(
            configOf(["a", { name: "c", existing }], {
                metrics: { central: "c", objectStore: "./bucket.yaml", volumes },
            }),
            {
                host: { ...EMPTY, existing: new Map([["c", reachable({ defaultStorageClass })]]) },
                objectStore: OBJECT_STORE,
            },
        );

    /** Names of what claims volumes: a Prometheus, or a StatefulSet. */
    const claiming = ({ recording }: Fleet) =>
        [...recording.ofType(STATEFUL_SET), ...recording.ofType(PROMETHEUS)]
            .filter(({ inputs }) => JSON.stringify(inputs).includes('"volumeClaimTemplate'))
            .map(({ name }) => name);
    const KEEPING = [
        "a-collector-prometheus",
        "a-federation-prometheus",
        "c-collector-prometheus",
        "c-federation-prometheus",
        "c-thanos-receive-ingestor",
        "c-thanos-ruler-set",
        "c-thanos-store-set",
        "c-thanos-compact-set",
    ];

    it("claims no volume where the metrics have none, as any other", async () => {
        expect(claiming(await made(false))).to.deep.equal([]);
    });

    for (const defaultStorageClass of [true, false]) {
        const found = defaultStorageClass ? "one" : "none";
        it(`claims volumes for all that keeps samples, with ${found} found as the default storage class`, async () => {
            expect(claiming(await made(true, defaultStorageClass))).to.have.members(KEEPING);
        });
    }

    it("loses everything again when the fleet goes: nothing is deleted with it", async () => {
        const { recording } = await made(true);
        const gone = recording.all.filter(
            ({ name, deletedWith }) => name.startsWith("c-") && deletedWith !== "",
        );
        expect(gone.map(({ name }) => name)).to.deep.equal([]);
    });
});
