// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ThanosQuery, ThanosQueryFrontend } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { type Workload, argsOf, templateOf } from "../helpers/thanos";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";

const workload = (recording: Recording, name: string) =>
    recording.get(DEPLOYMENT, name).inputs.spec as Workload;

function service(recording: Recording, name: string) {
    const { metadata, spec } = recording.get(SERVICE, name).inputs;
    return { metadata, spec };
}

/** Of a Service that nobody waits for: its Deployment is waited for. */
const labelled = (name: string) => ({
    name,
    namespace: "monitoring",
    labels: { "app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "thanos" },
    annotations: { "pulumi.com/skipAwait": "true" },
});

describe("ThanosQuery", () => {
    let recording: Recording;
    before(async () => {
        const args = { image: "thanos:1", stores: ["thanos-receive-ingestor", "thanos-ruler"] };
        ({ recording } = await record(() => new ThanosQuery("q", args, inCluster())));
    });

    it("is a Deployment and its Service", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosQuery q",
                `q > ${SERVICE} q-service`,
                `q > ${DEPLOYMENT} q-deployment`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("asks every store, and takes replicas for one", () => {
        expect(argsOf(workload(recording, "q-deployment"))).to.deep.equal([
            "query",
            "--http-address=0.0.0.0:10902",
            "--enable-auto-gomemlimit",
            "--grpc-address=0.0.0.0:10901",
            "--endpoint=dnssrv+_grpc._tcp.thanos-receive-ingestor.monitoring.svc.cluster.local",
            "--endpoint=dnssrv+_grpc._tcp.thanos-ruler.monitoring.svc.cluster.local",
            "--query.replica-label=prometheus_replica",
            "--query.replica-label=receive_replica",
            "--query.replica-label=ruler_replica",
            "--store.sd-dns-interval=5s",
            "--query.partial-response",
            "--store.response-timeout=30s",
            "--query.auto-downsampling",
        ]);
    });

    it("stays out of the mesh", () => {
        expect(templateOf(workload(recording, "q-deployment")).metadata).to.deep.equal({
            labels: {
                "app.kubernetes.io/name": "thanos-query",
                "app.kubernetes.io/part-of": "thanos",
                "sidecar.istio.io/inject": "false",
            },
            annotations: {},
        });
    });

    it("serves, and is scraped, on Thanos' own port", () => {
        expect(service(recording, "q-service")).to.deep.equal({
            metadata: labelled("thanos-query"),
            spec: {
                selector: { "app.kubernetes.io/name": "thanos-query" },
                ports: [{ name: "http", port: 10902, targetPort: "http" }],
            },
        });
    });
});

describe("ThanosQueryFrontend", () => {
    let recording: Recording;
    before(async () => {
        const args = { image: "thanos:1", replicas: 2, memoryLimit: "1Gi" };
        ({ recording } = await record(() => new ThanosQueryFrontend("f", args, inCluster())));
    });

    it("is a Deployment and its Service", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosQueryFrontend f",
                `f > ${SERVICE} f-service`,
                `f > ${DEPLOYMENT} f-deployment`,
            ].sort(),
        );
        expect(workload(recording, "f-deployment").replicas).to.equal(2);
    });

    it("splits by day and remembers what can no longer change, within its memory", () => {
        const frontend = workload(recording, "f-deployment");
        expect(argsOf(frontend)).to.deep.equal([
            "query-frontend",
            "--http-address=0.0.0.0:10902",
            "--enable-auto-gomemlimit",
            "--query-frontend.downstream-url=http://thanos-query.monitoring.svc.cluster.local:10902",
            "--query-frontend.compress-responses",
            "--query-frontend.log-queries-longer-than=10s",
            "--query-range.split-interval=24h",
            "--query-range.partial-response",
            '--query-range.response-cache-config={"type":"IN-MEMORY","config":{"max_size":"256MB"}}',
            "--query-range.response-cache-max-freshness=3h",
        ]);
        expect(templateOf(frontend).spec.containers[0]?.resources).to.deep.equal({
            requests: { cpu: "10m", memory: "32Mi" },
            limits: { memory: "1Gi" },
        });
    });

    it("serves on the port that a Prometheus has", () => {
        expect(service(recording, "f-service")).to.deep.equal({
            metadata: labelled("thanos-query-frontend"),
            spec: {
                selector: { "app.kubernetes.io/name": "thanos-query-frontend" },
                ports: [{ name: "http", port: 9090, targetPort: "http" }],
            },
        });
    });
});
