// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { endpointsBehind, judge } from "../../verify/missingEdge";

const closed = { server: "b", namespace: "v1", gateway: "172.30.128.1" };
const at = (cluster: string, address: string) => ({ cluster, address, port: 15443 });
const harmless = [
    at("outbound|8080||probe-a.v1.svc.cluster.local", "10.0.0.7"),
    at("outbound|8080||probe-bb.v1.svc.cluster.local", "10.0.0.8"),
    at("outbound|8080||probe-b.v2.svc.cluster.local", "10.0.0.9"),
    at("xds-grpc", "127.0.0.1"),
];

describe("missing-edge", () => {
    it("holds when the request fails and the proxy knows no endpoint", () => {
        const finding = judge(closed, { error: "timeout" }, harmless);
        expect(finding.ok).to.equal(true);
        expect(finding.detail).to.contain("b did not answer (no answer: timeout)");
    });

    it("holds when a stranger answers: egress may be intercepted", () => {
        expect(judge(closed, { body: "<html>Blocked</html>" }, harmless).ok).to.equal(true);
    });

    it("fails when the other cluster answers", () => {
        const finding = judge(closed, { body: "probe-b" }, harmless);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.contain("b answered, though there is no edge to it");
    });

    it("fails when the proxy knows an endpoint of the service, though nobody answers", () => {
        const leak = at("outbound|8080||probe-b.v1.svc.cluster.local", "10.9.9.9");
        const finding = judge(closed, { error: "timeout" }, [...harmless, leak]);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.contain("knows 1 endpoint(s)").and.to.contain("10.9.9.9:15443");
    });

    it("fails when the proxy knows anything behind the other cluster's gateway", () => {
        const leak = at("outbound|80||shop.default.svc.cluster.local", "172.30.128.1");
        expect(endpointsBehind(closed, [...harmless, leak])).to.deep.equal([leak]);
    });

    it("looks for the service alone where the other cluster has no gateway", () => {
        const leak = at("outbound|8080||probe-b.v1.svc.cluster.local", "10.9.9.9");
        const flat = { ...closed, gateway: undefined };
        expect(endpointsBehind(flat, [...harmless, leak])).to.deep.equal([leak]);
    });
});
