import { expect } from "chai";
import { envoyFilterSpec, metricRelabelings, type Relabeling } from "../../lab/telemetry";

type Labels = Readonly<Record<string, string>>;

/** What Prometheus does with a series, as far as these relabelings go; a label without a value is none. */
function relabel(labels: Labels, relabelings: readonly Relabeling[]): Labels {
    const all = relabelings.reduce(applied, labels);
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

function applied(labels: Labels, relabeling: Relabeling): Labels {
    const { action, sourceLabels = [], targetLabel = "", replacement = "$1" } = relabeling;
    const regex = new RegExp(`^(?:${relabeling.regex})$`, "s");
    if (action === "labeldrop") {
        return Object.fromEntries(Object.entries(labels).filter(([name]) => !regex.test(name)));
    }
    const match = regex.exec(sourceLabels.map((name) => labels[name] ?? "").join(";"));
    if (match === null) return labels;
    const value = replacement.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? "");
    return { ...labels, [targetLabel]: value };
}

const requests = { __name__: "envoy_istio_requests_total", pod: "p", response_flags: "-" };
const echo = "echo.demo.svc.cluster.local";
const echoServices = `[{"host":"${echo}","name":"echo","namespace":"demo"}]`;

/** As the sidecar of sleep in c1 counts a request to echo in c1. */
const fromSource: Labels = {
    ...requests,
    reporter: "source",
    source_cluster: "c1",
    source_workload: "sleep-v1",
    source_workload_namespace: "apps",
    source_app: "sleep",
    source_version: "v1",
    source_canonical_service: "sleep",
    source_canonical_revision: "v1",
    source_principal: "spiffe://cluster.local/ns/apps/sa/sleep",
    destination_principal: "spiffe://cluster.local/ns/demo/sa/echo",
    request_protocol: "http",
    response_code: "200",
    grpc_response_status: "",
    raw_cluster: `outbound|80||${echo}`,
    raw_services: echoServices,
    raw_workload: "echo-v2;demo;echo;v2;c1",
};

const sourceResult: Labels = {
    __name__: "istio_requests_total",
    pod: "p",
    reporter: "source",
    source_cluster: "c1",
    source_workload: "sleep-v1",
    source_workload_namespace: "apps",
    source_app: "sleep",
    source_version: "v1",
    source_canonical_service: "sleep",
    source_canonical_revision: "v1",
    source_principal: "spiffe://cluster.local/ns/apps/sa/sleep",
    destination_cluster: "c1",
    destination_workload: "echo-v2",
    destination_workload_namespace: "demo",
    destination_app: "unknown",
    destination_version: "unknown",
    destination_canonical_service: "echo",
    destination_canonical_revision: "v2",
    destination_principal: "spiffe://cluster.local/ns/demo/sa/echo",
    destination_service: echo,
    destination_service_name: "echo",
    destination_service_namespace: "demo",
    request_protocol: "http",
    response_code: "200",
    response_flags: "-",
    connection_security_policy: "unknown",
};

const nobody: Labels = {
    destination_workload: "unknown",
    destination_canonical_service: "unknown",
    destination_canonical_revision: "latest",
};

/** As the sidecar of echo in c2 counts a request of sleep in c1. */
const fromDestination: Labels = {
    ...requests,
    reporter: "destination",
    destination_cluster: "c2",
    destination_workload: "echo-v2",
    destination_workload_namespace: "demo",
    destination_app: "echo",
    destination_version: "v2",
    destination_canonical_service: "echo",
    destination_canonical_revision: "v2",
    source_principal: "spiffe://cluster.local/ns/apps/sa/sleep",
    destination_principal: "spiffe://cluster.local/ns/demo/sa/echo",
    request_protocol: "http",
    response_code: "200",
    grpc_response_status: "",
    raw_cluster: "inbound|8080||",
    raw_services: echoServices,
    raw_issuer: "CN=Intermediate c1,O=istio-fleet",
    raw_server_name: `outbound_.80_._.${echo}`,
};

const destinationResult: Labels = {
    ...sourceResult,
    reporter: "destination",
    source_workload: "unknown",
    source_app: "unknown",
    source_version: "unknown",
    source_canonical_service: "unknown",
    source_canonical_revision: "latest",
    destination_cluster: "c2",
    destination_app: "echo",
    destination_version: "v2",
    connection_security_policy: "mutual_tls",
};

function expectLabels(over: Labels, of: Labels, result: Labels): void {
    expect(relabel({ ...of, ...over }, metricRelabelings)).to.deep.equal(result);
}

describe("relabelings of a stock Envoy's metrics", () => {
    it("give Istio's labels to what a client counts in its own cluster", () => {
        expectLabels({}, fromSource, sourceResult);
    });

    it("know the cluster and the namespace, not the workload, behind a gateway", () => {
        const result = { ...sourceResult, ...nobody, destination_cluster: "c2" };
        expectLabels({ raw_workload: ";;;;c2" }, fromSource, result);
    });

    it("know the service of a request that found no host", () => {
        const lost = { raw_workload: "", source_principal: "", destination_principal: "" };
        const failed = { response_code: "503", response_flags: "UH" };
        expectLabels({ ...lost, ...failed }, fromSource, {
            ...sourceResult,
            ...nobody,
            ...failed,
            source_principal: "unknown",
            destination_cluster: "unknown",
            destination_workload_namespace: "unknown",
            destination_principal: "unknown",
        });
    });

    it("know the host of a service outside, and that some go nowhere known", () => {
        const outside = { source_principal: "", destination_principal: "", raw_workload: "" };
        const result = {
            ...sourceResult,
            ...nobody,
            source_principal: "unknown",
            destination_cluster: "unknown",
            destination_workload_namespace: "unknown",
            destination_principal: "unknown",
        };
        const api = '[{"name":"api.example.com","namespace":"apps","host":"api.example.com"}]';
        const entry = { raw_cluster: "outbound|443||api.example.com", raw_services: api };
        expectLabels({ ...outside, ...entry }, fromSource, {
            ...result,
            destination_service: "api.example.com",
            destination_service_name: "api.example.com",
            destination_service_namespace: "apps",
        });
        const passed = { raw_cluster: "PassthroughCluster", raw_services: "" };
        expectLabels({ ...outside, ...passed }, fromSource, {
            ...result,
            destination_service: "unknown",
            destination_service_name: "PassthroughCluster",
            destination_service_namespace: "unknown",
        });
    });

    it("give Istio's labels to what a server counts of a peer, whatever its issuer's order", () => {
        expectLabels({}, fromDestination, destinationResult);
        const other = { raw_issuer: "O=istio-fleet,CN=Intermediate c1" };
        expectLabels(other, fromDestination, destinationResult);
    });

    it("take the service that the client asked for, of several on the port", () => {
        const two = `[{"host":"a.demo.svc.cluster.local","name":"a","namespace":"demo"},${echoServices.slice(1)}`;
        expectLabels({ raw_services: two }, fromDestination, destinationResult);
        const result = {
            ...destinationResult,
            destination_service: "a.demo.svc.cluster.local",
            destination_service_name: "a",
        };
        expectLabels({ raw_services: two, raw_server_name: "" }, fromDestination, result);
    });

    it("know nothing of a peer that speaks plain text", () => {
        const plain = { source_principal: "", destination_principal: "" };
        const silent = { raw_issuer: "", raw_server_name: "", request_protocol: "" };
        expectLabels({ ...plain, ...silent }, fromDestination, {
            ...destinationResult,
            source_cluster: "unknown",
            source_workload_namespace: "unknown",
            source_principal: "unknown",
            destination_principal: "unknown",
            connection_security_policy: "none",
        });
    });

    it("keep a histogram's buckets and leave all other metrics alone", () => {
        const name = "istio_request_duration_milliseconds_bucket";
        expectLabels({ __name__: `envoy_${name}`, le: "0.5" }, fromSource, {
            ...sourceResult,
            __name__: name,
            le: "0.5",
        });
        const live = { __name__: "envoy_server_live", pod: "p" };
        expectLabels({}, live, live);
        const agent = { __name__: "istio_agent_cert_expiry_seconds", resource_name: "default" };
        expectLabels({}, agent, agent);
    });
});

describe("EnvoyFilter of a stock Envoy", () => {
    const text = JSON.stringify(envoyFilterSpec);

    it("counts on both sides of a request", () => {
        const contexts = [...text.matchAll(/"context":"([^"]+)"/g)].map(([, context]) => context);
        expect(contexts).to.deep.equal(["SIDECAR_OUTBOUND", "SIDECAR_INBOUND"]);
    });

    it("tells whatever the relabelings ask for", () => {
        const tags = new Set([...text.matchAll(/"name":"(raw_[^"]+)"/g)].map(([, name]) => name));
        const asked = metricRelabelings.flatMap(({ sourceLabels = [] }) => sourceLabels);
        const raw = asked.filter((label) => label.startsWith("raw_"));
        expect(new Set(raw)).to.deep.equal(tags);
    });
});
