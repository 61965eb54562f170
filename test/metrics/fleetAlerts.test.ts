// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { fleetAlerts } from "../../metrics/fleetAlerts";

describe("fleetAlerts", () => {
    const groups = fleetAlerts({
        senders: ["c1"],
        edges: [{ observing: "c1", observed: "c2" }],
        reportSeconds: 600,
        edgeSilentMinutes: 30,
    });

    it("records each planned edge and its requests before it asks for silent ones", () => {
        const labels = { source_cluster: "c1", destination_cluster: "c2" };
        const [edges] = groups;
        expect(edges?.name).to.equal("istio-fleet-edges");
        expect(edges?.interval).to.equal("1m");
        const [edge, requests, ...alerts] = edges?.rules ?? [];
        expect(edge).to.deep.equal({ record: "istio_fleet_edge", expr: "vector(1)", labels });
        expect(requests).to.deep.equal({
            record: "istio_fleet_edge_requests",
            expr:
                '(max(sum by (reporter) (increase(istio_requests_total{source_cluster="c1", destination_cluster="c2"}[30m]))) or vector(0)) ' +
                'and on () heartbeat{cluster=~"c1|c2"}',
            labels,
        });
        expect(alerts.map(({ expr }) => expr)).to.deep.equal([
            "max by (source_cluster, destination_cluster) (max_over_time(istio_fleet_edge_requests[1d])) > 0 " +
                "and max by (source_cluster, destination_cluster) (istio_fleet_edge_requests) == 0",
        ]);
    });

    it("asks each sender for its heartbeat, and for those of all others", () => {
        const [, reports] = groups;
        expect(reports?.name).to.equal("istio-fleet-reports");
        expect(reports?.interval).to.equal("30s");
        expect(reports?.rules.map(({ expr }) => expr)).to.deep.equal([
            'time() - (max(max_over_time(heartbeat{cluster="c1"}[1200s])) or vector(0)) > 600',
            'count by (cluster) (time() - heartbeat{cluster!~"c1"} < 600)',
        ]);
    });

    it("looks back ten minutes where less would do", () => {
        const [, reports] = fleetAlerts({
            senders: ["c1"],
            edges: [],
            reportSeconds: 60,
            edgeSilentMinutes: 15,
        });
        expect(reports?.rules[0]?.expr).to.contain("[600s]");
    });

    it("takes whoever reports for unexpected when nobody is a sender", () => {
        const [, reports] = fleetAlerts({
            senders: [],
            edges: [],
            reportSeconds: 60,
            edgeSilentMinutes: 15,
        });
        expect(reports?.rules.map(({ expr }) => expr)).to.deep.equal([
            "count by (cluster) (time() - heartbeat < 60)",
        ]);
    });
});
