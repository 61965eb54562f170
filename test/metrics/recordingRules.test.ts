// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { CLUSTER_LABEL, FEDERATE_PREFIX, REPLICA_LABEL } from "../../metrics/names";
import { RECORDED_METRICS } from "../../metrics/recordedMetrics";
import { recordingRules, seriesOf } from "../../metrics/recordingRules";
import { recordsOf } from "./alertTests";

const groups = recordingRules({ scrapeSeconds: 15 });
const exprOf = (record: string): string | undefined =>
    recordsOf(groups).find((rule) => rule.record === record)?.expr;

describe("recordingRules", () => {
    it("records every metric under its own name, a histogram as three, and when that was", () => {
        const central = recordsOf(groups)
            .map(({ record }) => record)
            .filter((record) => record.startsWith(FEDERATE_PREFIX))
            .map((record) => record.slice(FEDERATE_PREFIX.length));
        const expected = ["heartbeat", ...RECORDED_METRICS.flatMap(seriesOf)];
        expect(central).to.have.members(expected);
        expect(new Set(central).size).to.equal(central.length);
    });

    it("gives the federation nothing but what is meant for it", () => {
        const others = recordsOf(groups)
            .map(({ record }) => record)
            .filter((record) => !record.startsWith(FEDERATE_PREFIX));
        expect(others.filter((record) => !record.startsWith("federate_increase:"))).to.deep.equal(
            [],
        );
        // Fully anchored, as matchers are.
        const selected = new RegExp(`^(?:${FEDERATE_PREFIX}.+)$`);
        expect(others.filter((record) => selected.test(record))).to.deep.equal([]);
    });

    it("keeps no label that is the collector's or the federation's to give", () => {
        const kept = RECORDED_METRICS.flatMap(({ labels }) => (labels === "all" ? [] : labels));
        expect(kept).to.not.include.members([CLUSTER_LABEL]);
        expect(kept).to.not.include.members([REPLICA_LABEL]);
    });

    it("sums increments, then adds them up, in one group", () => {
        const group = groups.find(({ name }) => name === "federate-pilot_xds_pushes");
        const increase = "federate_increase:pilot_xds_pushes";
        const total = "last_over_time(federate:pilot_xds_pushes[600s])";
        const added = `last_over_time(${increase}[1ms])`;
        expect(group).to.deep.equal({
            name: "federate-pilot_xds_pushes",
            interval: "15s",
            query_offset: "5s",
            rules: [
                {
                    record: increase,
                    expr: `sum by (type) (
  (pilot_xds_pushes{job="istiod"} - last_over_time(pilot_xds_pushes{job="istiod"}[600s] offset 15s) >= 0)
  or (pilot_xds_pushes{job="istiod"} and on (job, instance, pod) (max_over_time(up{job="istiod"}[600s] offset 15s) == 1 or (process_start_time_seconds{job="istiod"} > time() - 600 and on () last_over_time(federate:heartbeat[600s] offset 60s))))
  or pilot_xds_pushes{job="istiod"} * 0
)`,
                },
                {
                    record: "federate:pilot_xds_pushes",
                    expr: `(${total} != 0) + ${added}
or ${total} + ${added} + sum_over_time(${increase}[600s] offset 15s)
or ${added} * 0`,
                },
            ],
        });
    });

    it("sums proxies' metrics over all that is the target's, and tells by the agent how old they are", () => {
        const expr = exprOf("federate_increase:istio_tcp_sent_bytes_total");
        expect(expr?.split("\n")[0]).to.equal(
            "sum without (instance, pod, container, endpoint, job, namespace, node, service, app, cluster) (",
        );
        expect(expr).to.contain(
            '(istio_agent_process_start_time_seconds{job="istio-proxy"} > time() - 600',
        );
    });

    it("keeps le of buckets, and of nothing else", () => {
        const first = (part: string) =>
            exprOf(`federate_increase:http_request_duration_seconds_${part}`)?.split("\n")[0];
        expect(first("bucket")).to.equal("sum by (service, handler, le) (");
        expect(first("sum")).to.equal("sum by (service, handler) (");
        expect(first("count")).to.equal("sum by (service, handler) (");
    });

    it("gives the remote cluster another label", () => {
        expect(exprOf("federate:istiod_remote_cluster_sync_status")).to.equal(
            'sum by (remote_cluster, status) (label_replace(istiod_remote_cluster_sync_status{job="istiod"}, "remote_cluster", "$1", "cluster", "(.*)"))',
        );
    });

    it("keeps to the interval, and looks back by a third of it, 5 s at most", () => {
        const times = (scrapeSeconds: number) => {
            const { interval, query_offset } = recordingRules({ scrapeSeconds })[1] ?? {};
            return [interval, query_offset];
        };
        expect(times(1)).to.deep.equal(["1s", "1s"]);
        expect(times(5)).to.deep.equal(["5s", "1s"]);
        expect(times(30)).to.deep.equal(["30s", "5s"]);
    });

    it("looks back by whole seconds, at least one and never more than an interval", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 60 }), (scrapeSeconds) => {
                for (const { interval, query_offset = "1s" } of recordingRules({ scrapeSeconds })) {
                    expect(interval).to.equal(`${String(scrapeSeconds)}s`);
                    expect(query_offset).to.match(/^[1-5]s$/);
                    expect(Number.parseInt(query_offset)).to.be.at.most(scrapeSeconds);
                }
            }),
        );
    });
});
