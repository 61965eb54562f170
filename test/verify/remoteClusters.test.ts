// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkRemoteClusters, judge, parseClusterz } from "../../verify/remoteClusters";
import { liveContext } from "../helpers/liveFleet";

const own = { id: "a", secretName: "", syncStatus: "synced" };
const remote = (id: string, syncStatus = "synced") => ({
    id,
    secretName: `istio-system/istio-remote-secret-${id}`,
    syncStatus,
});

describe("remote-clusters", () => {
    it("holds when exactly the observed clusters are synced", () => {
        const finding = judge("istiod-1", "a", ["b", "c"], [own, remote("c"), remote("b")]);
        expect(finding).to.deep.equal({
            ok: true,
            detail: "istiod-1 reports b, c as synced, and no other.",
        });
    });

    it("holds for a cluster that observes nobody", () => {
        expect(judge("istiod-1", "a", [], [own])).to.deep.equal({
            ok: true,
            detail: "istiod-1 reports no other cluster.",
        });
    });

    const wrong: Record<string, [ReturnType<typeof remote>[], RegExp]> = {
        "a cluster that is not reported": [[own], /does not report b: it has no remote secret/],
        "a cluster that is not synced": [[own, remote("b", "timeout")], /b as "timeout" instead/],
        "a cluster that no edge asks for": [
            [own, remote("b"), remote("x")],
            /reports x \(istio-system\/istio-remote-secret-x\), which no edge asks for/,
        ],
        "a cluster twice": [[own, remote("b"), remote("b")], /reports b 2 times/],
        "its own cluster by another name": [
            [{ ...own, id: "Kubernetes" }, remote("b")],
            /own cluster as a \(synced\), but says Kubernetes/,
        ],
        "its own cluster by a secret": [[remote("a"), remote("b")], /says nothing; it reports a/],
        "itself as not synced": [[{ ...own, syncStatus: "syncing" }, remote("b")], /a \(syncing\)/],
    };
    for (const [what, [reported, detail]] of Object.entries(wrong)) {
        it(`fails for ${what}`, () => {
            const finding = judge("istiod-1", "a", ["b"], reported);
            expect(finding.ok).to.equal(false);
            expect(finding.detail).to.match(detail);
        });
    }

    it("asks primaries only, and each for what it discovers, its remotes among it", async () => {
        const clusterz = (...reported: object[]) => JSON.stringify(reported);
        const context = liveContext(
            {
                a: {
                    answers: {
                        "istiod-a /debug/clusterz": clusterz(own, remote("b"), remote("r")),
                    },
                },
                b: {
                    answers: { "istiod-b /debug/clusterz": clusterz({ ...own, id: "b" }) },
                },
                r: { primary: "a" },
            },
            ["a -> b", "a -> r", "r -> a", "r -> b"],
        );
        expect(await checkRemoteClusters(context)).to.deep.equal([
            {
                id: "remote-clusters",
                subject: "a",
                ok: true,
                detail: "istiod-a reports b, r as synced, and no other.",
            },
            {
                id: "remote-clusters",
                subject: "b",
                ok: true,
                detail: "istiod-b reports no other cluster.",
            },
        ]);
    });

    it("reads the debug endpoint's answer", () => {
        const text =
            '[{"id":"a","secretName":"","syncStatus":"synced"},{"id":"b","secretName":"istio-system/s","syncStatus":"closed"}]';
        expect(parseClusterz(text)).to.have.length(2);
        expect(() => parseClusterz('{"error":"no"}')).to.throw();
    });
});
