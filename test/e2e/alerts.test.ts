// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest } from "./fleetUnderTest";
import { type Intruder, unplannedReporter } from "./intruder";
import { Measured } from "./measured";
import { Traffic } from "./traffic";
import { until } from "./until";

const EDGE = "alert-1";
const CENTRAL = "alert-2";
const CONFIG = {
    clusters: [{ name: EDGE }, { name: CENTRAL }],
    edges: [`${EDGE} <-> ${CENTRAL}`],
    network: { name: "istio-fleet-alerts", subnet: "172.18.0.0/16" },
    trust: { edgeTokenHours: 24 },
    metrics: {
        central: CENTRAL,
        scrapeSeconds: 5,
        alerts: {
            edgeSilentMinutes: 1,
            // An intermediate certificate is valid for as long when it is made.
            expiryDays: 365,
            behindSeconds: 30,
            reportSeconds: 30,
        },
    },
};
/** Long enough for the Ruler, which records every minute what an edge had. */
const BUSY_MS = 90_000;

describe("alerts: each is provoked, and seen firing", () => {
    let fleet: FleetUnderTest;
    let measured: Measured;
    let reporter: Pick<Intruder, "remove"> | undefined;
    before(async () => {
        fleet = await FleetUnderTest.create("e2e-alerts", CONFIG);
    });
    after(async () => {
        await reporter?.remove().catch(() => undefined);
        await fleet.cleanUp();
    });
    const kubectl = (cluster: string, ...args: string[]) => fleet.docker.kubectl(cluster, ...args);
    const scale = (cluster: string, namespace: string, what: string, replicas: number) =>
        kubectl(cluster, "--namespace", namespace, "scale", what, `--replicas=${String(replicas)}`);

    it("starts with none but that of the certificate, which is one day too short", async () => {
        await fleet.stack.up();
        measured = Measured.of(await fleet.live());
        await measured.firesIn(EDGE, "CertificateNearExpiry", { certificate: "intermediate" });
        for (const cluster of [EDGE, CENTRAL]) {
            await until(
                `nothing else fires in ${cluster}`,
                async () => (await measured.firing(cluster)).join() === "CertificateNearExpiry",
                AbortSignal.timeout(180_000),
            );
        }
        const centrally = () => measured.thanos.query('ALERTS{alertstate="firing", cluster!=""}');
        await until(
            "the clusters report, and their own alerts are seen centrally",
            async () =>
                (await centrally()).every(
                    ({ labels }) => labels.alertname === "CertificateNearExpiry",
                ) && (await centrally()).length >= 2,
            AbortSignal.timeout(180_000),
        );
    });

    it("keeps quiet about an edge with requests", async () => {
        const traffic = await Traffic.start(await fleet.live(), [[CENTRAL, EDGE]]);
        try {
            const requests = `istio_fleet_edge_requests{source_cluster="${CENTRAL}"}`;
            await until(
                "the Ruler has seen the requests",
                async () => ((await measured.number(`max(${requests})`)) ?? 0) > 0,
                AbortSignal.timeout(2 * BUSY_MS),
            );
            expect(await measured.thanos.query('ALERTS{alertname="EdgeSilent"}')).to.deep.equal([]);
        } finally {
            await traffic.stop();
        }
    });

    it("fires for samples that are refused, and for a cluster that does not report", async () => {
        const policy = `authorizationpolicy/thanos-receive-${EDGE}`;
        const at = ["--namespace", "monitoring"];
        const made = await kubectl(CENTRAL, ...at, "get", policy, "--output", "json");
        await kubectl(CENTRAL, ...at, "delete", policy);
        try {
            await Promise.all([
                measured.firesIn(EDGE, "RemoteWriteFailing"),
                measured.firesCentrally("ClusterNotReporting", { cluster: EDGE }),
            ]);
        } finally {
            const { apiVersion, kind, spec } = JSON.parse(made) as Record<string, unknown>;
            const metadata = { name: `thanos-receive-${EDGE}`, namespace: "monitoring" };
            const again = JSON.stringify({ apiVersion, kind, metadata, spec });
            await fleet.docker.kubectlWith(again, CENTRAL, "create", "--filename=-");
        }
    });

    it("fires for a token that is revoked, and for one whose end is near", async () => {
        await revokeToken(fleet);
        await ageToken(fleet);
        await Promise.all([
            measured.firesIn(CENTRAL, "RemoteClusterWatchFailing", { remote_cluster: EDGE }),
            measured.firesIn(EDGE, "EdgeTokenNearExpiry", { remote_cluster: CENTRAL }),
        ]);
    });

    it("fires for a remote cluster that is not synced, a gateway without endpoints, targets that are down", async () => {
        await breakRemoteSecret(fleet);
        await scale(EDGE, "istio-system", "deployment/istio-eastwestgateway", 0);
        await scale(EDGE, "monitoring", "deployment/prometheus-operator", 0);
        await Promise.all([
            measured.firesIn(CENTRAL, "RemoteClusterNotSynced", { remote_cluster: EDGE }),
            measured.firesIn(EDGE, "GatewayWithoutEndpoints"),
            measured.firesIn(EDGE, "TargetsDown", { job: "prometheus-operator" }),
        ]);
    });

    it("fires for an edge without requests, and for who was not planned", async () => {
        reporter = await unplannedReporter(fleet.docker, CENTRAL);
        await Promise.all([
            measured.firesCentrally("EdgeSilent", {
                source_cluster: CENTRAL,
                destination_cluster: EDGE,
            }),
            measured.firesCentrally("UnexpectedReporter", { cluster: "nobody-planned" }),
        ]);
        await reporter.remove();
        reporter = undefined;
    });

    it("fires for remote write that is behind", async () => {
        await scale(CENTRAL, "monitoring", "statefulset/thanos-receive-ingestor", 0);
        await measured.firesIn(CENTRAL, "RemoteWriteBehind");
    });

    it("ends every one of them with one up that looks", async () => {
        await fleet.stack.refresh();
        await fleet.stack.up();
        for (const cluster of [EDGE, CENTRAL]) {
            await until(
                `nothing but the certificate fires in ${cluster}`,
                async () => (await measured.firing(cluster)).join() === "CertificateNearExpiry",
                // RemoteWriteFailing looks back for five minutes.
                AbortSignal.timeout(6 * 60_000),
            );
        }
        await fleet.recovers();
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});

/** Has the central cluster's istiod look for the other one where nothing is. */
async function breakRemoteSecret({ docker }: FleetUnderTest): Promise<void> {
    const secret = `secret/istio-remote-secret-${EDGE}`;
    const at = ["--namespace", "istio-system"];
    const path = `jsonpath={.data.${EDGE}}`;
    const data = await docker.kubectl(CENTRAL, ...at, "get", secret, "--output", path);
    const kubeconfig = Buffer.from(data, "base64").toString("utf8");
    const broken = kubeconfig.replace(`https://${EDGE}-control-plane:`, "https://192.0.2.1:");
    expect(broken).not.to.equal(kubeconfig);
    const patch = { stringData: { [EDGE]: broken } };
    await docker.kubectl(CENTRAL, ...at, "patch", secret, "--patch", JSON.stringify(patch));
}

/** Revokes the central cluster's token in the other one, whose API server then asks who watches it. */
async function revokeToken({ docker }: FleetUnderTest): Promise<void> {
    const of = [`--selector=istio-fleet.io/token-of=istio-reader-${CENTRAL}`];
    await docker.kubectl(EDGE, "--namespace", "istio-system", "delete", "secrets", ...of);
    // A watch that is open stays so for up to ten minutes.
    await docker.run("exec", `${EDGE}-control-plane`, "pkill", "--exact", "kube-apiserver");
    await until(
        "the API server is back",
        () =>
            docker.kubectl(EDGE, "get", "--raw", "/readyz").then(
                () => true,
                () => false,
            ),
        AbortSignal.timeout(120_000),
    );
}

/** Has the other cluster's token end in an hour, as far as its metrics say: nobody waits for a day here. */
async function ageToken({ docker }: FleetUnderTest): Promise<void> {
    const rule = ["--namespace", "monitoring", "patch", "prometheusrule/edge-tokens"];
    const expr = `vector(${String(Math.floor(Date.now() / 1000) + 3600)})`;
    const patch = [{ op: "replace", path: "/spec/groups/0/rules/0/expr", value: expr }];
    await docker.kubectl(EDGE, ...rule, "--type=json", "--patch", JSON.stringify(patch));
}
