// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkRejectedConfig, judge, proxiesOf } from "../../verify/rejectedConfig";
import type { ConnectedProxy, Rejection } from "../../verify/syncz";
import { liveContext, liveFleet, without } from "../helpers/liveFleet";

const LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";
const proxy = (name: string, rejections: Rejection[] = [], cluster = "a"): ConnectedProxy => ({
    proxy: name,
    cluster,
    istiod: "istiod-1",
    rejections,
});
const connected = [proxy("probe-a.v1"), proxy("istio-eastwestgateway-1.istio-system")];
const clean = connected.map(({ proxy: name }) => ({
    proxy: name,
    rejected: new Map<string, number>(),
}));
const counts = (name: string) => ({
    proxy: name,
    rejected: new Map([["listener_manager.lds.update_rejected", 2]]),
});

describe("rejected-config", () => {
    it("holds when every proxy accepted everything", () => {
        expect(judge(connected, clean)).to.deep.equal({
            ok: true,
            detail: "2 connected proxies have accepted their configuration.",
        });
    });

    it("counts a proxy once that two istiods still know", () => {
        const again = { ...proxy("probe-a.v1"), istiod: "istiod-2" };
        expect(judge([...connected, again], clean).detail).to.match(/^2 connected proxies/);
    });

    it("fails for a rejection that istiod knows of, of any proxy", () => {
        const rejecting = proxy("shop.default", [{ kind: "Listener", reason: "unknown filter\n" }]);
        const finding = judge([...connected, rejecting], clean);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.equal("shop.default rejects Listener: unknown filter.");
    });

    it("fails for a probe that counts one", () => {
        const finding = judge(connected, [counts("probe-a.v1")]);
        expect(finding.ok).to.equal(false);
        expect(finding.detail).to.contain("listener_manager.lds.update_rejected=2");
    });

    it("holds for a gateway that has accepted what came after a rejection, and says so", () => {
        const finding = judge(connected, [counts("istio-eastwestgateway-1.istio-system")]);
        expect(finding.ok).to.equal(true);
        expect(finding.detail).to.contain("istio-eastwestgateway-1.istio-system only after");
    });

    it("fails for a proxy that no istiod knows", () => {
        const lost = { proxy: "probe-z.v1", rejected: new Map<string, number>() };
        expect(judge(connected, [lost]).detail).to.equal(
            "probe-z.v1 is connected to no istiod as a proxy of this cluster.",
        );
    });
});

describe("rejected-config, with remotes", () => {
    const clusters = { a: {}, b: {}, r: { primary: "a" } };
    const syncz = (...entries: [proxy: string, cluster: string, lastError?: string][]) =>
        JSON.stringify(
            entries.map(([name, cluster, lastError]) => ({
                proxy: name,
                cluster_id: cluster,
                resources: { [LDS]: { lastError } },
            })),
        );
    const fromA = syncz(
        ["probe-a.v1", "a"],
        ["gateway-a.istio-system", "a"],
        ["probe-r.v1", "r"],
        ["shop.default", "r", "unknown filter"],
    );
    const stats = (...pods: string[]) =>
        Object.fromEntries(pods.map((pod) => [`${pod} stats?filter=update_rejected$`, ""]));
    const a = { answers: { ...stats("probe-a", "gateway-a"), "istiod-a /debug/syncz": fromA } };

    it("judges every proxy in one cluster: strangers in that of the istiod", () => {
        const fleet = liveFleet(clusters);
        const all = ["a", "r", "b", "Kubernetes", ""].map((cluster) => proxy("p.n", [], cluster));
        const judged = (cluster: string) =>
            proxiesOf(fleet, cluster, all).map(({ cluster: named }) => named);
        expect(judged("a")).to.deep.equal(["a", "b", "Kubernetes", ""]);
        expect(judged("r")).to.deep.equal(["r"]);
    });

    it("asks the primary's istiods, and needs no gateway where there is none", async () => {
        const context = liveContext({
            a,
            r: { primary: "a", gatewayAddress: null, gateways: [], answers: stats("probe-r") },
        });
        expect(await checkRejectedConfig(context)).to.deep.equal([
            {
                id: "rejected-config",
                subject: "a",
                ok: true,
                detail: "2 connected proxies have accepted their configuration.",
            },
            {
                id: "rejected-config",
                subject: "r",
                ok: false,
                detail: "shop.default rejects Listener: unknown filter.",
            },
        ]);
    });

    it("needs a ready gateway where there should be one", async () => {
        const context = liveContext({ a: { ...a, gateways: [] } });
        const [check] = await checkRejectedConfig(context);
        expect(check?.ok).to.equal(false);
        expect(check?.detail).to.equal("a has no ready east-west gateway in istio-system");
    });

    it("fails for a remote whose primary cannot be reached", async () => {
        const context = without(liveContext({ a, r: { primary: "a" } }), "a");
        const details = (await checkRejectedConfig(context)).map(({ detail }) => detail);
        expect(details).to.deep.equal(["a cannot be reached", "a cannot be reached"]);
    });
});
