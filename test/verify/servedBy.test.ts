// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkServedBy, judge } from "../../verify/servedBy";
import type { ConnectedProxy } from "../../verify/syncz";
import { type LiveClusterOptions, liveContext, without } from "../helpers/liveFleet";

const remote = { cluster: "r", primary: "a" };
const PROBE = "probe-r.v1";
const GATEWAY = "gateway-r.istio-system";
const at = (istiod: string, proxy: string, cluster = "r"): ConnectedProxy => ({
    proxy,
    cluster,
    istiod,
    rejections: [],
});

describe("served-by", () => {
    it("holds when every proxy is connected, and says to which istiod", () => {
        const connected = [at("istiod-1", "shop.default"), at("istiod-1", PROBE)];
        expect(judge(remote, [PROBE], connected)).to.deep.equal({
            ok: true,
            detail: "istiod-1 of a serves probe-r.v1.",
        });
    });

    it("names every istiod of several", () => {
        const connected = [at("istiod-2", GATEWAY), at("istiod-1", PROBE)];
        expect(judge(remote, [PROBE, GATEWAY], connected)).to.deep.equal({
            ok: true,
            detail: "istiod-1 of a serves probe-r.v1; istiod-2 of a serves gateway-r.istio-system.",
        });
    });

    it("is not misled by another cluster's pod of the same name", () => {
        const connected = [at("istiod-2", GATEWAY, "a"), at("istiod-1", GATEWAY)];
        expect(judge(remote, [GATEWAY], connected)).to.deep.equal({
            ok: true,
            detail: "istiod-1 of a serves gateway-r.istio-system.",
        });
    });

    const wrong: Record<string, [ConnectedProxy[], string]> = {
        "no proxy is connected": [
            [at("istiod-1", "probe-a.v1", "a")],
            "probe-r.v1 is connected to no istiod of a; gateway-r.istio-system is connected to no istiod of a.",
        ],
        "the gateway is not connected": [
            [at("istiod-1", PROBE)],
            "gateway-r.istio-system is connected to no istiod of a.",
        ],
        "a proxy is taken for another cluster's": [
            [at("istiod-1", PROBE, "a"), at("istiod-1", GATEWAY)],
            "istiod-1 of a serves probe-r.v1, but takes it for one of a.",
        ],
        "a proxy says no cluster": [
            [at("istiod-1", PROBE, ""), at("istiod-1", GATEWAY)],
            "istiod-1 of a serves probe-r.v1, but takes it for one of no cluster.",
        ],
    };
    for (const [what, [connected, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            expect(judge(remote, [PROBE, GATEWAY], connected)).to.deep.equal({ ok: false, detail });
        });
    }
});

describe("served-by, over the fleet", () => {
    const syncz = (...proxies: string[]) => ({
        "istiod-a /debug/syncz": JSON.stringify(
            proxies.map((proxy) => ({ proxy, cluster_id: "r" })),
        ),
    });
    const details = async (a: LiveClusterOptions, r: LiveClusterOptions) =>
        (await checkServedBy(liveContext({ a, b: {}, r }))).map(({ detail }) => detail);

    it("asks the primary's istiod about the remote's probe and gateway, and about no primary", async () => {
        const context = liveContext({
            a: { answers: syncz(PROBE, GATEWAY) },
            b: {},
            r: { primary: "a" },
        });
        expect(await checkServedBy(context)).to.deep.equal([
            {
                id: "served-by",
                subject: "r",
                ok: true,
                detail: "istiod-a of a serves probe-r.v1, gateway-r.istio-system.",
            },
        ]);
    });

    it("asks about the probe alone where there is no gateway", async () => {
        const found = await details(
            { answers: syncz(PROBE) },
            { primary: "a", gatewayAddress: null },
        );
        expect(found).to.deep.equal(["istiod-a of a serves probe-r.v1."]);
    });

    it("fails when the gateway that should be there is not", async () => {
        const found = await details({ answers: syncz(PROBE) }, { primary: "a", gateways: [] });
        expect(found).to.deep.equal([
            "r has no ready east-west gateway in istio-system. Waited 0 s for it.",
        ]);
    });

    it("fails when the primary has no istiod, or cannot be reached", async () => {
        expect(await details({ istiods: [] }, { primary: "a" })).to.deep.equal([
            "a has no ready istiod in istio-system. Waited 0 s for it.",
        ]);
        const context = without(liveContext({ a: {}, r: { primary: "a" } }), "a");
        expect(await checkServedBy(context)).to.deep.equal([
            { id: "served-by", subject: "r", ok: false, detail: "a cannot be reached" },
        ]);
    });
});
