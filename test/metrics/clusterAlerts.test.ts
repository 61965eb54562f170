// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type ClusterAlertsArgs, clusterAlerts } from "../../metrics/clusterAlerts";
import { alertsOf } from "./alertTests";

/** A remote cluster on a flat network that sends nothing. */
const LEAST: ClusterAlertsArgs = {
    cluster: "c1",
    isPrimary: false,
    remoteClusters: [],
    gateway: false,
    sends: false,
    scrapeSeconds: 30,
    expiryDays: 14,
    behindSeconds: 60,
};

const alerts = (args: Partial<ClusterAlertsArgs>) => alertsOf(clusterAlerts({ ...LEAST, ...args }));
const exprs = (name: string, args: Partial<ClusterAlertsArgs>): string[] =>
    alerts(args)
        .filter(({ alert }) => alert === name)
        .map(({ expr }) => expr);

describe("clusterAlerts", () => {
    it("says of the least cluster what is there: proxies perhaps, and the metrics path", () => {
        const [group, ...others] = clusterAlerts(LEAST);
        expect(others).to.deep.equal([]);
        expect(group?.name).to.equal("istio-fleet-cluster");
        expect(group?.interval).to.equal("30s");
        const found = alerts({}).map(({ alert, labels }) => [alert, labels]);
        expect(found).to.deep.equal([
            ["CertificateNearExpiry", { severity: "critical", certificate: "proxy" }],
            ["TargetsDown", { severity: "warning", job: "kubelet" }],
            ["TargetsDown", { severity: "warning", job: "cadvisor" }],
            ["TargetsDown", { severity: "warning", job: "prometheus-operator" }],
            ["TargetsDown", { severity: "warning", job: "prometheus-collector" }],
            ["TargetsDown", { severity: "warning", job: "prometheus-federation" }],
        ]);
    });

    it("is exact about an alert", () => {
        const found = alerts({ gateway: true }).filter(
            (a) => a.alert === "GatewayWithoutEndpoints",
        );
        expect(found).to.deep.equal([
            {
                alert: "GatewayWithoutEndpoints",
                expr: '(sum(gateway_proxies_up{app="istio-eastwestgateway"}) or vector(0)) < 1',
                for: "1m",
                labels: { severity: "critical" },
                annotations: {
                    summary: "c1: no proxy of the east-west gateway is up.",
                    description:
                        "Other networks reach nothing here. See the pods of Deployment istio-eastwestgateway.",
                },
            },
        ]);
    });

    it("wants each remote cluster of an istiod to have synced, and of no other", () => {
        const remoteClusters = ["c2", "c3"];
        expect(exprs("RemoteClusterNotSynced", { remoteClusters })).to.deep.equal([]);
        const found = exprs("RemoteClusterNotSynced", { isPrimary: true, remoteClusters });
        expect(found).to.have.length(2);
        expect(found[1]).to.equal(
            '(sum(istiod_remote_cluster_sync_status{remote_cluster="c3", status=~"synced|closed"}) or vector(0)) < 1 ' +
                'or (sum(istiod_remote_cluster_sync_status{remote_cluster="c3", status=~"syncing|timeout"}) or vector(0)) > 0',
        );
    });

    it("wants the watches of each remote cluster not to fail", () => {
        const found = exprs("RemoteClusterWatchFailing", {
            isPrimary: true,
            remoteClusters: ["c2"],
        });
        expect(found).to.deep.equal([
            'sum(increase(controller_sync_errors_total{remote_cluster="c2"}[2m])) > 0',
        ]);
    });

    it("wants tokens that expire to have more life left than the notice", () => {
        const edge = { isPrimary: true, remoteClusters: ["c2"] };
        expect(exprs("EdgeTokenNearExpiry", edge)).to.deep.equal([]);
        expect(exprs("EdgeTokenNearExpiry", { ...edge, tokenNoticeHours: 8 })).to.deep.equal([
            '(max(istio_fleet_edge_token_expiry_timestamp_seconds{remote_cluster="c2"}) or vector(0)) - time() < 28800',
        ]);
    });

    it("expects certificates of proxies where there must be a proxy", () => {
        const left = 'min(istio_agent_cert_expiry_seconds{resource_name="default"})';
        expect(exprs("CertificateNearExpiry", {})).to.deep.equal([`${left} < 21600`]);
        expect(exprs("CertificateNearExpiry", { gateway: true })).to.deep.equal([
            `(${left} or vector(0)) < 21600`,
        ]);
    });

    it("takes days and seconds from the arguments", () => {
        expect(exprs("CertificateNearExpiry", { isPrimary: true, expiryDays: 2 })[0]).to.equal(
            "(min(citadel_server_root_cert_expiry_timestamp) or vector(0)) - time() < 172800",
        );
        // 60 + 3 · 30.
        expect(exprs("RemoteWriteBehind", { sends: true })).to.deep.equal([
            "time() - (min by (pod) (prometheus_remote_storage_queue_highest_sent_timestamp_seconds) or on () vector(0)) > 150",
        ]);
    });

    it("asks for Thanos by component, where it is", () => {
        const found = exprs("TargetsDown", { thanosServices: ["thanos-query", "thanos-store"] });
        expect(found.slice(-2)).to.deep.equal([
            '(sum(scrape_targets_up{job="thanos", service="thanos-query"}) or vector(0)) < 1',
            '(sum(scrape_targets_up{job="thanos", service="thanos-store"}) or vector(0)) < 1',
        ]);
    });
});
