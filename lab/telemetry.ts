/*
 * What stands in for Istio's statistics with a stock Envoy, which does not have them: an access log
 * that counts instead of writing, and relabelings that make Istio's labels of what it knows. It is
 * the server's workload that a client knows, not the other way round: without Istio's exchange of
 * metadata a server learns of its client what is in the certificate, namespace and cluster.
 */

/** Tags of a statistic: name, and value in the format of access logs. */
type Tags = Readonly<Record<string, string>>;

/** A `relabelConfig` of Prometheus Operator's API. */
export interface Relabeling {
    readonly action: "replace" | "labeldrop";
    readonly sourceLabels?: readonly string[];
    readonly regex: string;
    readonly targetLabel?: string;
    readonly replacement?: string;
}

/** A label of the proxy's own pod, empty without it. */
const podLabel = (label: string) => `%CEL(xds.node.metadata.LABELS['${label}'])%`;

/** What a proxy knows of its own workload. Tags in `raw_` are only there for the relabelings. */
function own(side: "source" | "destination"): Tags {
    return {
        reporter: side,
        [`${side}_cluster`]: "%ENVIRONMENT(ISTIO_META_CLUSTER_ID)%",
        [`${side}_workload`]: "%ENVIRONMENT(ISTIO_META_WORKLOAD_NAME)%",
        [`${side}_workload_namespace`]: "%ENVIRONMENT(POD_NAMESPACE)%",
        [`${side}_app`]: podLabel("app"),
        [`${side}_version`]: podLabel("version"),
        [`${side}_canonical_service`]: podLabel("service.istio.io/canonical-name"),
        [`${side}_canonical_revision`]: podLabel("service.istio.io/canonical-revision"),
    };
}

/** What both sides know of a request. */
const request: Tags = {
    request_protocol:
        "%CEL(request.headers['content-type'].startsWith('application/grpc') ? 'grpc' : 'http')%",
    response_code: "%RESPONSE_CODE%",
    response_flags: "%RESPONSE_FLAGS%",
    grpc_response_status: "%GRPC_STATUS_NUMBER%",
    raw_cluster: "%UPSTREAM_CLUSTER_RAW%",
    // A list of host, name and namespace, in JSON.
    raw_services: "%METADATA(CLUSTER:istio:services)%",
};

const sourceTags: Tags = {
    ...own("source"),
    source_principal: "%UPSTREAM_LOCAL_URI_SAN%",
    destination_principal: "%UPSTREAM_PEER_URI_SAN%",
    // name;namespace;canonical name;canonical revision;cluster, and the cluster alone behind a gateway.
    raw_workload: "%METADATA(UPSTREAM_HOST:istio:workload)%",
    ...request,
};

const destinationTags: Tags = {
    ...own("destination"),
    source_principal: "%DOWNSTREAM_PEER_URI_SAN%",
    destination_principal: "%DOWNSTREAM_LOCAL_URI_SAN%",
    raw_issuer: "%DOWNSTREAM_PEER_ISSUER%",
    raw_server_name: "%REQUESTED_SERVER_NAME%",
    ...request,
};

function accessLog(tags: Tags): object {
    const list = Object.entries(tags).map(([name, format]) => ({ name, value_format: format }));
    return {
        name: "envoy.access_loggers.stats",
        typed_config: {
            "@type": "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config",
            // Istio's bootstrap lets statistics of this name through.
            stats_scope: { prefix: "istio" },
            counters: [{ stat: { name: "requests_total", tags: list }, value_fixed: 1 }],
            histograms: [
                {
                    stat: { name: "request_duration_milliseconds", tags: list },
                    unit: "Milliseconds",
                    value_format: "%DURATION%",
                },
            ],
        },
    };
}

const connectionManager = "envoy.filters.network.http_connection_manager";

function patch(context: "SIDECAR_OUTBOUND" | "SIDECAR_INBOUND", tags: Tags): object {
    const type = `${connectionManager.replace("envoy.filters", "envoy.extensions.filters")}.v3`;
    return {
        applyTo: "NETWORK_FILTER",
        match: { context, listener: { filterChain: { filter: { name: connectionManager } } } },
        patch: {
            operation: "MERGE",
            value: {
                typed_config: {
                    "@type": `type.googleapis.com/${type}.HttpConnectionManager`,
                    access_log: [accessLog(tags)],
                },
            },
        },
    };
}

/** `spec` of the EnvoyFilter that makes every sidecar count its requests. */
export const envoyFilterSpec = {
    configPatches: [
        patch("SIDECAR_OUTBOUND", sourceTags),
        patch("SIDECAR_INBOUND", destinationTags),
    ],
};

/** Sets `target` where the labels, with `;` between them, match all of `regex`. */
function set(
    target: string,
    sourceLabels: readonly string[],
    regex: string,
    replacement = "$1",
): Relabeling {
    return { action: "replace", sourceLabels, regex, targetLabel: target, replacement };
}

/** The label, where Envoy knew nothing of it. Other statistics than ours have no reporter. */
function otherwise(label: string, replacement: string): Relabeling {
    return set(label, ["reporter", label], "(?:source|destination);-?", replacement);
}

const field = "[^;]*;";
const workload: readonly Relabeling[] = [
    set("destination_workload", ["raw_workload"], `([^;]+);${field.repeat(3)}[^;]*`),
    set("destination_workload_namespace", ["raw_workload"], `${field}([^;]+);.*`),
    set("destination_canonical_service", ["raw_workload"], `${field.repeat(2)}([^;]+);.*`),
    set("destination_canonical_revision", ["raw_workload"], `${field.repeat(3)}([^;]+);.*`),
    set("destination_cluster", ["raw_workload"], `${field.repeat(4)}([^;]+)`),
];

const inService = (key: string) => `[^}]*"${key}":\\s*"([^"]+)".*`;
const clusterLocal = "([^.]+)\\.([^.]+)\\.svc\\..+";
const service: readonly Relabeling[] = [
    set("destination_service", ["raw_services"], inService("host")),
    set("destination_service_name", ["raw_services"], inService("name")),
    set("destination_service_namespace", ["raw_services"], inService("namespace")),
    // A server may have several services, of which the client has chosen one.
    set("destination_service", ["raw_cluster"], "outbound\\|[0-9]+\\|[^|]*\\|(.+)"),
    set("destination_service", ["raw_server_name"], "outbound_\\.[0-9]+_\\.[^_]*_\\.(.+)"),
    set("destination_service_name", ["destination_service"], clusterLocal, "$1"),
    set("destination_service_namespace", ["destination_service"], clusterLocal, "$2"),
    set("destination_service_name", ["raw_cluster"], "((?:Inbound)?PassthroughCluster)"),
];

const namespaceOf = "spiffe://[^/]+/ns/([^/]+)/sa/.+";
const peer: readonly Relabeling[] = [
    set("source_cluster", ["raw_issuer"], "(?:.+,)?CN=Intermediate ([^,]+)(?:,.+)?"),
    set(
        "source_workload_namespace",
        ["source_workload_namespace", "source_principal"],
        `;${namespaceOf}`,
    ),
    set(
        "destination_workload_namespace",
        ["destination_workload_namespace", "destination_principal"],
        `;${namespaceOf}`,
    ),
    set(
        "connection_security_policy",
        ["reporter", "source_principal"],
        "destination;spiffe://.+",
        "mutual_tls",
    ),
    set("connection_security_policy", ["reporter", "source_principal"], "destination;-?", "none"),
];

const workloadLabels = ["workload", "workload_namespace", "principal", "app", "version"].concat(
    "canonical_service",
    "cluster",
);

const unknown: readonly Relabeling[] = [
    ...["source", "destination"].flatMap((side) => [
        ...workloadLabels.map((label) => otherwise(`${side}_${label}`, "unknown")),
        otherwise(`${side}_canonical_revision`, "latest"),
    ]),
    ...["service", "service_name", "service_namespace"].map((label) =>
        otherwise(`destination_${label}`, "unknown"),
    ),
    otherwise("connection_security_policy", "unknown"),
    otherwise("request_protocol", "http"),
];

/** What makes Istio's metrics of Envoy's; all other metrics stay as they are. */
export const metricRelabelings: readonly Relabeling[] = [
    set("__name__", ["__name__"], "envoy_(istio_.+)"),
    ...workload,
    ...service,
    ...peer,
    ...unknown,
    { action: "labeldrop", regex: "raw_.+" },
];
