// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    clusterNames,
    closedPairs,
    gatewayOf,
    observedBy,
    parseFleet,
    primaryNames,
    primaryOf,
    remoteNames,
    rolesOf,
} from "../../verify/fleet";

const cluster = (name: string) => ({
    network: name,
    primary: name,
    apiServer: "https://127.0.0.1:20001",
    peerApiServer: `https://${name}-control-plane:6443`,
    gatewayAddress: "172.30.128.1",
});

const outputs = {
    mesh: { id: "fleet", trustDomain: "cluster.local", probeImage: "agnhost:1" },
    clusters: { b: cluster("b"), a: cluster("a"), c: cluster("c") },
    edges: [
        { observing: "a", observed: "b" },
        { observing: "a", observed: "c" },
        { observing: "b", observed: "a" },
    ],
    kubeconfigs: { a: "kubeconfig a", b: "kubeconfig b", c: "kubeconfig c" },
};

describe("parseFleet", () => {
    it("reads the outputs of a fleet and keeps the stack's name", () => {
        const fleet = parseFleet("dev", outputs);
        expect(fleet.stack).to.equal("dev");
        expect(clusterNames(fleet)).to.deep.equal(["a", "b", "c"]);
        expect(fleet.kubeconfigs.b).to.equal("kubeconfig b");
    });

    it("knows who observes whom, and which ways are closed", () => {
        const fleet = parseFleet("dev", outputs);
        expect(observedBy(fleet, "a")).to.deep.equal(["b", "c"]);
        expect(observedBy(fleet, "c")).to.deep.equal([]);
        expect(closedPairs(fleet)).to.have.deep.members([
            { observing: "b", observed: "c" },
            { observing: "c", observed: "a" },
            { observing: "c", observed: "b" },
        ]);
    });

    it("knows who serves whom, and that a remote may discover what its primary does", () => {
        const c = { ...cluster("c"), primary: "a" };
        const edges = [...outputs.edges, { observing: "c", observed: "a" }];
        const fleet = parseFleet("dev", {
            ...outputs,
            clusters: { ...outputs.clusters, c },
            edges,
        });
        expect(primaryNames(fleet)).to.deep.equal(["a", "b"]);
        expect(remoteNames(fleet)).to.deep.equal(["c"]);
        expect(primaryOf(fleet, "c")).to.equal("a");
        expect([...rolesOf(fleet)]).to.deep.equal([
            ["a", "a"],
            ["b", "b"],
            ["c", "a"],
        ]);
        expect(observedBy(fleet, "c")).to.deep.equal(["a"]);
        expect(closedPairs(fleet)).to.have.deep.members([
            { observing: "b", observed: "c" },
            { observing: "c", observed: "b" },
        ]);
    });

    it("takes null and nothing for a cluster without a gateway", () => {
        const { gatewayAddress, ...b } = cluster("b");
        const a = { ...cluster("a"), gatewayAddress: null };
        const fleet = parseFleet("dev", { ...outputs, clusters: { ...outputs.clusters, a, b } });
        expect(gatewayOf(fleet, "a")).to.equal(undefined);
        expect(gatewayOf(fleet, "b")).to.equal(undefined);
        expect(gatewayOf(fleet, "c")).to.equal(gatewayAddress);
    });

    it("knows who reports to whom, where there is a metrics stack", () => {
        const metrics = { central: "b", senders: ["a", "b"], scrapeSeconds: 5 };
        expect(parseFleet("dev", { ...outputs, metrics }).metrics).to.deep.equal(metrics);
        const { scrapeSeconds, ...bare } = metrics;
        expect(parseFleet("dev", { ...outputs, metrics: bare }).metrics).to.deep.equal({
            ...bare,
            scrapeSeconds: 3 * scrapeSeconds,
        });
        expect(parseFleet("dev", { ...outputs, metrics: null }).metrics).to.equal(null);
        expect(parseFleet("dev", outputs).metrics).to.equal(undefined);
    });

    it("knows when tokens near their end, where they have one", () => {
        const trust = (value: unknown) => parseFleet("dev", { ...outputs, trust: value }).trust;
        // What else is there about trust is not verify's.
        expect(trust({ edgeTokenNoticeHours: 8, edgeTokens: [] })).to.deep.equal({
            edgeTokenNoticeHours: 8,
        });
        expect(trust({ edgeTokenNoticeHours: null })?.edgeTokenNoticeHours).to.equal(null);
        expect(trust({})).to.deep.equal({});
        expect([trust(null), trust(undefined)]).to.deep.equal([null, undefined]);
    });

    const refused: Record<string, [unknown, RegExp]> = {
        "a notice of no time": [
            { ...outputs, trust: { edgeTokenNoticeHours: 0 } },
            /trust\.edgeTokenNoticeHours: /,
        ],
        "no outputs at all": [{}, /stack "dev" are not those of a fleet[^]*mesh: [^]*pulumi up/],
        "outputs that are no object": [null, /outputs: /],
        "no cluster": [{ ...outputs, clusters: {}, edges: [] }, /clusters: has no cluster/],
        "a cluster with an empty gateway address": [
            { ...outputs, clusters: { a: { ...cluster("a"), gatewayAddress: "" } } },
            /clusters\.a\.gatewayAddress: /,
        ],
        "a cluster without a primary": [
            { ...outputs, clusters: { a: { ...cluster("a"), primary: undefined } } },
            /clusters\.a\.primary: /,
        ],
        "a primary that is nowhere": [
            { ...outputs, clusters: { ...outputs.clusters, a: { ...cluster("a"), primary: "x" } } },
            /clusters\.a\.primary: names "x", which is not in clusters/,
        ],
        "a kubeconfig that is not there": [
            { ...outputs, kubeconfigs: { a: "k", b: "k" } },
            /kubeconfigs\.c: is not there/,
        ],
        "masked secrets": [
            { ...outputs, kubeconfigs: { a: "k", b: "k", c: "[secret]" } },
            /kubeconfigs\.c: is masked[^]*--show-secrets/,
        ],
        "a central cluster that is nowhere": [
            { ...outputs, metrics: { central: "x", senders: ["a"] } },
            /metrics\.central: names "x", which is not in clusters/,
        ],
        "a sender that is nowhere": [
            { ...outputs, metrics: { central: "a", senders: ["a", "x"] } },
            /metrics\.senders\.1: names "x", which is not in clusters/,
        ],
        "metrics that nobody sends": [
            { ...outputs, metrics: { central: "a", senders: [] } },
            /metrics\.senders: /,
        ],
        "metrics without a central cluster": [
            { ...outputs, metrics: { senders: ["a"] } },
            /metrics\.central: /,
        ],
        "an edge to nowhere": [
            { ...outputs, edges: [{ observing: "a", observed: "x" }] },
            /edges\.0: names "x", which is not in clusters/,
        ],
    };
    for (const [what, [raw, message]] of Object.entries(refused)) {
        it(`refuses ${what}`, () => {
            expect(() => parseFleet("dev", raw)).to.throw(Error, message);
        });
    }

    it("lists everything that is wrong at once", () => {
        const raw = { ...outputs, mesh: { id: "" }, edges: "none" };
        const lines = message(() => parseFleet("dev", raw)).split("\n  - ");
        expect(lines.length).to.be.greaterThan(3);
    });

    it("never shows a kubeconfig", () => {
        const raw = { ...outputs, mesh: undefined };
        expect(message(() => parseFleet("dev", raw))).not.to.contain("kubeconfig a");
    });
});

function message(act: () => unknown): string {
    try {
        act();
    } catch (error) {
        return (error as Error).message;
    }
    throw new Error("nothing was thrown");
}
