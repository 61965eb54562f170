// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { outcomeOf } from "../../verify/context";
import { connectedProxies, parseSyncz } from "../../verify/syncz";
import { liveContext } from "../helpers/liveFleet";

const LDS = "type.googleapis.com/envoy.config.listener.v3.Listener";

describe("syncz", () => {
    it("reads which proxies are connected, of which cluster, and what they reject", () => {
        const text = JSON.stringify([
            {
                proxy: "p.n",
                cluster_id: "a",
                proxy_type: "sidecar",
                resources: { [LDS]: { sent: "1", lastError: "bad\n" } },
            },
            { proxy: "q.n", cluster_id: "b", resources: { [LDS]: { sent: "1", acked: "1" } } },
            { proxy: "r.n" },
        ]);
        expect(parseSyncz("istiod-1", text)).to.deep.equal([
            {
                proxy: "p.n",
                cluster: "a",
                istiod: "istiod-1",
                rejections: [{ kind: "Listener", reason: "bad\n" }],
            },
            { proxy: "q.n", cluster: "b", istiod: "istiod-1", rejections: [] },
            { proxy: "r.n", cluster: "", istiod: "istiod-1", rejections: [] },
        ]);
    });

    it("refuses what istiod never says", () => {
        expect(() => parseSyncz("istiod-1", '{"error":"no"}')).to.throw();
        expect(() => parseSyncz("istiod-1", '[{"proxy":"p.n","cluster_id":1}]')).to.throw();
    });

    it("asks every istiod, for a proxy is connected to one of them", async () => {
        const answers = {
            "istiod-1 /debug/syncz": '[{"proxy":"p.n"}]',
            "istiod-2 /debug/syncz": '[{"proxy":"q.n"}]',
        };
        const { kubes } = liveContext({ a: { istiods: ["istiod-1", "istiod-2"], answers } });
        const kube = outcomeOf(kubes, "a");
        if (!kube.ok) throw new Error(kube.reason);
        const found = await connectedProxies(kube.value);
        expect(found.map(({ proxy, istiod }) => [proxy, istiod])).to.deep.equal([
            ["p.n", "istiod-1"],
            ["q.n", "istiod-2"],
        ]);
    });
});
