// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { judge, parseSyncz } from "../../verify/rejectedConfig";

const LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";
const connected = new Set(["probe-a.v1", "istio-eastwestgateway-1.istio-system"]);
const clean = [...connected].map((proxy) => ({ proxy, rejected: new Map<string, number>() }));
const counts = (proxy: string) => ({
    proxy,
    rejected: new Map([["listener_manager.lds.update_rejected", 2]]),
});

describe("rejected-config", () => {
    it("holds when every proxy accepted everything", () => {
        expect(judge(connected, [], clean)).to.deep.equal({
            ok: true,
            detail: "2 connected proxies have accepted their configuration.",
        });
    });

    it("fails for a rejection that istiod knows of, of any proxy", () => {
        const rejection = { proxy: "shop.default", kind: "Listener", reason: "unknown filter" };
        const finding = judge(connected, [rejection], clean);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.equal("shop.default rejects Listener: unknown filter.");
    });

    it("fails for a probe that counts one", () => {
        const finding = judge(connected, [], [counts("probe-a.v1")]);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.contain("listener_manager.lds.update_rejected=2");
    });

    it("holds for a gateway that has accepted what came after a rejection, and says so", () => {
        const finding = judge(connected, [], [counts("istio-eastwestgateway-1.istio-system")]);
        expect(finding.ok).to.equal(true);
        expect(finding.detail).to.contain("istio-eastwestgateway-1.istio-system only after");
    });

    it("fails for a proxy that no istiod knows", () => {
        const lost = { proxy: "probe-z.v1", rejected: new Map<string, number>() };
        expect(judge(connected, [], [lost]).detail).to.contain(
            "probe-z.v1 is connected to no istiod",
        );
    });

    it("reads istiod's answer", () => {
        const text = JSON.stringify([
            { proxy: "p.n", resources: { [LDS]: { sent: "1", lastError: "bad\n" } } },
            { proxy: "q.n", resources: { [LDS]: { sent: "1", acked: "1" } } },
            { proxy: "r.n" },
        ]);
        const { proxies, rejections } = parseSyncz(text);
        expect([...proxies]).to.deep.equal(["p.n", "q.n", "r.n"]);
        expect(rejections).to.deep.equal([{ proxy: "p.n", kind: "Listener", reason: "bad\n" }]);
    });
});
