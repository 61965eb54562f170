// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { generationOf } from "../../plan/generation";
import type { KindNode } from "../../plan/hostFacts";

function node(cluster: string, ...mounts: string[]): KindNode {
    return { cluster, running: true, mounts: ["/var", "/lib/modules", ...mounts], networks: [] };
}

const fresh = () => "fresh";

describe("generationOf", () => {
    it("is what the live cluster's mark says", () => {
        const nodes = [node("a", "/kind/istio-fleet/0badcafe-0123456789ab")];
        expect(generationOf("a", nodes, fresh)).to.equal("0badcafe");
    });

    it("does not need the cluster to run", () => {
        const stopped = { ...node("a", "/kind/istio-fleet/0badcafe-01"), running: false };
        expect(generationOf("a", [stopped], fresh)).to.equal("0badcafe");
    });

    it("is a fresh one when there is no such cluster", () => {
        const nodes = [node("b", "/kind/istio-fleet/0badcafe-0123456789ab")];
        expect(generationOf("a", nodes, fresh)).to.equal("fresh");
    });

    it("is a fresh one when the cluster has no mark", () => {
        expect(generationOf("a", [node("a")], fresh)).to.equal("fresh");
    });

    for (const mount of ["/kind/istio-fleetish/0badcafe-01", "/kind/istio-fleet/notHex-01"]) {
        it(`is a fresh one when the cluster has only ${mount}`, () => {
            expect(generationOf("a", [node("a", mount)], fresh)).to.equal("fresh");
        });
    }

    it("asks for no fresh one when the cluster is live", () => {
        const nodes = [node("a", "/kind/istio-fleet/0badcafe-0123456789ab")];
        const refuse = () => {
            throw new Error("asked");
        };
        expect(generationOf("a", nodes, refuse)).to.equal("0badcafe");
    });
});
