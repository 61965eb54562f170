// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    PrometheusCollector,
    type PrometheusCollectorArgs,
    PrometheusFederation,
    PrometheusOperator,
} from "../../components";
import { versionOf } from "../../components/prometheus";
import { federateConfig } from "../../components/prometheusFederation";
import { nodeScrapeConfigs, scrapeTargets } from "../../components/scrapeTargets";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";

const RULES = [{ name: "g", rules: [{ record: "federate:x", expr: "x" }] }];
const COLLECTOR: PrometheusCollectorArgs = {
    clusterName: "west",
    image: "prometheus:v3.15.0",
    retentionHours: 6,
    scrapeSeconds: 15,
    storage: { sizeGiB: 5, persistent: true },
    rules: RULES,
};
const FEDERATION = { ...COLLECTOR, alerts: RULES, sends: true };

const CUSTOM = "kubernetes:monitoring.coreos.com/v1:Prometheus";
type Spec = Record<string, unknown>;

async function specOf(make: () => unknown, name: string): Promise<Spec> {
    const { recording } = await record(make);
    return recording.get(CUSTOM, name).inputs.spec as Spec;
}
const collector = (args: Partial<PrometheusCollectorArgs> = {}) =>
    specOf(
        () => new PrometheusCollector("c", { ...COLLECTOR, ...args }, inCluster()),
        "c-prometheus",
    );
const federation = (args: Partial<typeof FEDERATION> = {}) =>
    specOf(
        () => new PrometheusFederation("f", { ...FEDERATION, ...args }, inCluster()),
        "f-prometheus",
    );

describe("versionOf", () => {
    it("is the tag, without a digest", () => {
        expect(versionOf("quay.io/prometheus/prometheus:v3.15.0@sha256:00")).to.equal("v3.15.0");
    });

    it("refuses an image whose tag is no version", () => {
        expect(() => versionOf("prometheus:main")).to.throw(/must have a tag like v3\.15\.0/);
    });
});

describe("PrometheusCollector", () => {
    let recording: Recording;
    before(async () => {
        ({ recording } = await record(() => new PrometheusCollector("c", COLLECTOR, inCluster())));
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("says which cluster a sample is from, and no replica", async () => {
        const { externalLabels, prometheusExternalLabelName, replicaExternalLabelName } =
            await collector();
        expect({
            externalLabels,
            prometheusExternalLabelName,
            replicaExternalLabelName,
        }).to.deep.equal({
            externalLabels: { cluster: "west" },
            prometheusExternalLabelName: "",
            replicaExternalLabelName: "",
        });
    });

    it("is made after all that it reads", () => {
        const prometheus = recording.get(CUSTOM, "c-prometheus");
        expect(recording.dependencyNames(prometheus)).to.deep.equal(
            [
                "c-binding",
                "c-istio-proxy",
                "c-istiod",
                "c-nodes",
                "c-operator",
                "c-prometheus-collector",
                "c-prometheus-federation",
                "c-rules",
                "c-thanos",
            ].sort(),
        );
    });

    it("is ours alone among operators, and waited for", () => {
        const { metadata } = recording.get(CUSTOM, "c-prometheus").inputs;
        expect((metadata as { annotations: object }).annotations).to.deep.equal({
            "operator.prometheus.io/controller-id": "istio-fleet",
            "pulumi.com/waitFor": "condition=Available",
        });
    });

    it("claims a volume that its StatefulSet does not take along, and leaves a fifth of it free", async () => {
        const { storage, persistentVolumeClaimRetentionPolicy, retentionSize } = await collector();
        expect({ storage, persistentVolumeClaimRetentionPolicy, retentionSize }).to.deep.equal({
            storage: {
                volumeClaimTemplate: {
                    spec: {
                        accessModes: ["ReadWriteOnce"],
                        resources: { requests: { storage: "5Gi" } },
                    },
                },
            },
            persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Delete" },
            retentionSize: "4100MiB",
        });
    });

    it("claims none where there is no storage class", async () => {
        const { storage } = await collector({ storage: { sizeGiB: 5, persistent: false } });
        expect(storage).to.deep.equal({ emptyDir: { sizeLimit: "5Gi" } });
    });
});

describe("PrometheusFederation", () => {
    it("has two replicas that are told apart", async () => {
        const { replicas, replicaExternalLabelName } = await federation();
        expect({ replicas, replicaExternalLabelName }).to.deep.equal({
            replicas: 2,
            replicaExternalLabelName: "prometheus_replica",
        });
    });

    it("sends as an account of its cluster's own", async () => {
        expect((await federation()).serviceAccountName).to.equal("prometheus-federation-west");
    });

    it("sends nothing but remote write through the mesh", async () => {
        const { podMetadata, remoteWrite } = await federation();
        expect((podMetadata as { annotations: Record<string, string> }).annotations).to.include({
            "traffic.sidecar.istio.io/includeInboundPorts": "",
            "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
            "traffic.sidecar.istio.io/includeOutboundPorts": "19291",
        });
        expect((remoteWrite as { url: string }[]).map(({ url }) => url)).to.deep.equal([
            "http://thanos-receive.monitoring.svc.cluster.local:19291/api/v1/receive",
        ]);
    });

    it("has neither a sidecar nor remote write where it does not send", async () => {
        const spec = await federation({ sends: false });
        expect(spec).not.to.have.any.keys("podMetadata", "remoteWrite");
    });
});

describe("federateConfig", () => {
    it("takes what the rules recorded, with its labels and times, soon after", () => {
        const { jobName, scrapeInterval, params, honorLabels, honorTimestamps } = federateConfig(15)
            .spec as Spec;
        expect({ jobName, scrapeInterval, params, honorLabels, honorTimestamps }).to.deep.equal({
            jobName: "federate",
            scrapeInterval: "5s",
            params: { "match[]": ['{__name__=~"federate:.+"}'] },
            honorLabels: true,
            honorTimestamps: true,
        });
    });
});

describe("scrapeTargets", () => {
    const relabelings = (own: readonly object[]) => {
        const proxy = scrapeTargets(own as never).find(({ kind }) => kind === "PodMonitor");
        const spec = proxy?.spec as { podMetricsEndpoints: { metricRelabelings: object[] }[] };
        return spec.podMetricsEndpoints[0]?.metricRelabelings;
    };

    it("keeps of proxies what rules make use of, after what a bundle has to say", () => {
        expect(relabelings([{ action: "labeldrop", regex: "x" }])).to.deep.equal([
            { action: "labeldrop", regex: "x" },
            {
                sourceLabels: ["__name__"],
                regex: "istio_.+|envoy_server_(live|memory_allocated|uptime)",
                action: "keep",
            },
        ]);
    });

    it("names a job for everything, once", () => {
        const names = nodeScrapeConfigs().map(({ job_name: name }) => name);
        expect(names).to.deep.equal(["kubelet", "cadvisor", "metallb"]);
    });
});

describe("PrometheusOperator", () => {
    it("may do in the rest of the cluster what it must, and no more", async () => {
        const { recording } = await record(
            () => new PrometheusOperator("o", { image: "i", reloaderImage: "r" }, inCluster()),
        );
        const type = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
        expect(recording.get(type, "o-cluster-role").inputs.rules).to.deep.equal([
            { apiGroups: [""], resources: ["namespaces"], verbs: ["get", "list", "watch"] },
            { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get"] },
        ]);
    });
});
