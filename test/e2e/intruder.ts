// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { readSources } from "../../bundle";
import { fleetEnvironment } from "./environment";
import type { Docker } from "./docker";
import { until } from "./until";

const URL = "http://thanos-receive.monitoring.svc.cluster.local:19291/api/v1/receive";

/** What answers everybody, in a mesh or not. */
const API_SERVER = "https://kubernetes.default.svc.cluster.local/livez";

/** Somebody who writes to Thanos Receive. */
export interface Intruder {
    /** Posts something that is no remote write; gives the HTTP status, 000 for no answer. */
    post(): Promise<string>;
    remove(): Promise<void>;
}

/**
 * A pod in namespace monitoring that runs as an account, which is made where there is none.
 *
 * @param meshed whether it has a sidecar, and so an identity.
 */
export async function intruder(
    docker: Docker,
    cluster: string,
    { account, meshed }: { account: string; meshed: boolean },
): Promise<Intruder> {
    const name = `intruder-${randomBytes(3).toString("hex")}`;
    const { probeImage } = readSources((await fleetEnvironment()).ISTIO_FLEET_BUNDLE);
    const at = ["--namespace", "monitoring"];
    const made = await docker.kubectl(cluster, ...at, "create", "serviceaccount", account).then(
        () => true,
        () => false,
    );
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: {
            name,
            labels: { "sidecar.istio.io/inject": String(meshed) },
        },
        spec: {
            serviceAccountName: account,
            terminationGracePeriodSeconds: 0,
            containers: [{ name: "intruder", image: probeImage, args: ["pause"] }],
        },
    };
    await docker.kubectlWith(JSON.stringify(pod), cluster, ...at, "create", "--filename=-");
    const wait = ["wait", "--for=condition=Ready", `pod/${name}`, "--timeout=120s"];
    await docker.kubectl(cluster, ...at, ...wait);
    const status = async (...request: string[]) => {
        const curl = ["curl", "--silent", "--output", "/dev/null", "--max-time", "10"];
        const args = [...curl, "--write-out", "%{http_code}", ...request];
        // curl fails where there is no answer, and has printed 000 by then.
        return await docker
            .kubectl(cluster, ...at, "exec", name, "--container=intruder", "--", ...args)
            .catch((error: unknown) => (error as { stdout?: string }).stdout ?? "");
    };
    // So that no answer from Thanos is Thanos' doing.
    await until(
        "it has a network, and names",
        async () => (await status("--insecure", API_SERVER)) === "200",
        AbortSignal.timeout(60_000),
    );
    return {
        post: () => status("--data", "x", URL),
        remove: async () => {
            await docker.kubectl(cluster, ...at, "delete", "pod", name, "--wait=false");
            if (made) await docker.kubectl(cluster, ...at, "delete", "serviceaccount", account);
        },
    };
}

/** A Prometheus with a heartbeat that writes under the name of a cluster that nobody planned. */
export async function unplannedReporter(
    docker: Docker,
    cluster: string,
): Promise<Pick<Intruder, "remove">> {
    const { metricsImages } = readSources((await fleetEnvironment()).ISTIO_FLEET_BUNDLE);
    const name = "unplanned-reporter";
    const config = {
        global: {
            scrape_interval: "5s",
            evaluation_interval: "5s",
            external_labels: { cluster: "nobody-planned" },
        },
        rule_files: ["/etc/prometheus/rules.yaml"],
        remote_write: [{ url: URL }],
    };
    const rules = { groups: [{ name: "g", rules: [{ record: "heartbeat", expr: "time()" }] }] };
    const metadata = { name, namespace: "monitoring" };
    const files = {
        "prometheus.yaml": JSON.stringify(config),
        "rules.yaml": JSON.stringify(rules),
    };
    const pod = {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { ...metadata, labels: { "sidecar.istio.io/inject": "true" } },
        spec: {
            // May write: what it says of itself is what nobody planned.
            serviceAccountName: `prometheus-federation-${cluster}`,
            terminationGracePeriodSeconds: 0,
            containers: [
                {
                    name,
                    image: metricsImages.prometheus,
                    args: [
                        "--config.file=/etc/prometheus/prometheus.yaml",
                        "--storage.tsdb.path=/prometheus",
                    ],
                    volumeMounts: [{ name: "config", mountPath: "/etc/prometheus" }],
                },
            ],
            volumes: [{ name: "config", configMap: { name } }],
        },
    };
    const items = [{ apiVersion: "v1", kind: "ConfigMap", metadata, data: files }, pod];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await docker.kubectlWith(list, cluster, "create", "--filename=-");
    return {
        remove: async () => {
            const what = [`pod/${name}`, `configmap/${name}`];
            await docker.kubectl(cluster, "--namespace", "monitoring", "delete", ...what);
        },
    };
}
