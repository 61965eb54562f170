// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Answers, checkEdges, judge, judgeWay } from "../../verify/edge";
import type { Endpoint } from "../../verify/proxyAdmin";
import { type LiveClusterOptions, liveContext, podAddress } from "../helpers/liveFleet";

const serverIdentity = "spiffe://cluster.local/ns/v/sa/probe-b";
const clientIdentity = "spiffe://cluster.local/ns/v/sa/probe-a";
const ends = { server: "b", serverIdentity, clientIdentity };
const answers: Answers = {
    hostname: { body: "probe-b" },
    xfcc: { body: `By=${serverIdentity};Hash=1;Subject="";URI=${clientIdentity}` },
};

describe("edge", () => {
    it("holds when the right probe answers over mTLS between the right identities", () => {
        const finding = judge(ends, answers);
        expect(finding.ok).to.equal(true);
        expect(finding.detail).to.contain("b answered over mTLS");
    });

    const wrong: Record<string, [Partial<Answers>, RegExp]> = {
        "nobody answers": [{ hostname: { error: "timeout" } }, /no answer: timeout/],
        "somebody else answers": [{ hostname: { body: "probe-a" } }, /the answer was "probe-a"/],
        "the answer is a stranger's page": [{ hostname: { body: "<html>" } }, /"<html>"/],
        "the second request fails": [{ xfcc: { error: "reset" } }, /answered once, but not twice/],
        "there is no certificate": [{ xfcc: { body: "" } }, /not over mTLS/],
        "the server has another identity": [
            { xfcc: { body: `By=${clientIdentity};URI=${clientIdentity}` } },
            /answered as .*probe-a, but its identity is .*probe-b/,
        ],
        "the client has another identity": [
            { xfcc: { body: `By=${serverIdentity};URI=${serverIdentity}` } },
            /to .*probe-b instead of .*probe-a/,
        ],
    };
    for (const [what, [change, detail]] of Object.entries(wrong)) {
        it(`fails when ${what}`, () => {
            const finding = judge(ends, { ...answers, ...change });
            expect(finding.ok).to.equal(false);
            expect(finding.detail).to.match(detail);
        });
    }
});

describe("edge, and its way", () => {
    const answered = `b answered over mTLS as ${serverIdentity}, to ${clientIdentity}`;
    const apart = {
        sharedNetwork: undefined,
        namespace: "v1",
        pod: "10.0.0.2",
        gateways: ["172.30.1.1", "172.30.2.1"],
    };
    const flat = { ...apart, sharedNetwork: "n" };
    const at = (address: string, service = "probe-b.v1"): Endpoint => ({
        cluster: `outbound|8080||${service}.svc.cluster.local`,
        address,
        port: 8080,
    });
    const known = (...value: Endpoint[]) => ({ ok: true as const, value });
    const unknown = { ok: false as const, reason: "no shell" };
    const elsewhere = [at("172.30.2.1", "probe-c.v1"), at("172.30.2.1", "probe-b.v2")];

    const right: Record<
        string,
        [Parameters<typeof judgeWay>[1], typeof unknown | ReturnType<typeof known>, string]
    > = {
        "pod to pod on one network": [flat, known(at("10.0.0.2"), ...elsewhere), ", pod to pod"],
        "through a gateway between networks": [
            apart,
            known(at("172.30.2.1"), ...elsewhere),
            ", through the gateway 172.30.2.1",
        ],
        "through any gateway of several": [
            apart,
            known(at("172.30.2.1"), at("172.30.1.1"), at("172.30.1.1")),
            ", through the gateway 172.30.2.1 or 172.30.1.1",
        ],
        "through a gateway that only has a name": [apart, known(at("192.0.2.9")), ""],
        "somehow between networks": [apart, unknown, ""],
    };
    for (const [what, [way, endpoints, addition]] of Object.entries(right)) {
        it(`holds ${what}`, () => {
            expect(judgeWay(ends, way, endpoints)).to.deep.equal({
                ok: true,
                detail: `${answered}${addition}.`,
            });
        });
    }

    const should = "on the network n it should be pod to pod, at 10.0.0.2.";
    const wrong: Record<string, [Endpoint[], string]> = {
        "through a gateway": [[at("172.30.2.1")], `, through the gateway 172.30.2.1: ${should}`],
        "through a gateway too": [
            [at("10.0.0.2"), at("172.30.1.1")],
            `, through the gateway 172.30.1.1: ${should}`,
        ],
        "at an address that is not the pod's": [[at("192.0.2.9")], `, at 192.0.2.9: ${should}`],
        "at nothing that the proxy knows": [elsewhere, `, at no known endpoint: ${should}`],
    };
    for (const [what, [endpoints, addition]] of Object.entries(wrong)) {
        it(`fails on one network ${what}`, () => {
            expect(judgeWay(ends, flat, known(...endpoints))).to.deep.equal({
                ok: false,
                detail: `${answered}${addition}`,
            });
        });
    }

    it("fails on one network when the way cannot be told", () => {
        expect(judgeWay(ends, flat, unknown)).to.deep.equal({
            ok: false,
            detail: `${answered}, but the way cannot be told: no shell`,
        });
    });
});

describe("edge, over the fleet", () => {
    const statuses = (endpoints: Record<string, string>) => ({
        "probe-a clusters?format=json": JSON.stringify({
            cluster_statuses: Object.entries(endpoints).map(([to, address]) => ({
                name: `outbound|8080||probe-${to}.v1.svc.cluster.local`,
                host_statuses: [{ address: { socket_address: { address, port_value: 8080 } } }],
            })),
        }),
    });
    const ways = async (clusters: Record<string, LiveClusterOptions>) =>
        (await checkEdges(liveContext(clusters, ["a -> b", "a -> c"]))).map(
            ({ subject, ok, detail }) => [subject, ok, detail.replace(/^.*probe-a, /, "")],
        );
    const c = { gatewayAddress: "172.30.3.1" };
    const b = { network: "n", gatewayAddress: null };

    it("tells flat edges from those between networks", async () => {
        const answers = statuses({ b: podAddress("b"), c: "172.30.3.1" });
        expect(await ways({ a: { network: "n", answers }, b, c })).to.deep.equal([
            ["a -> b", true, "pod to pod."],
            ["a -> c", true, "through the gateway 172.30.3.1."],
        ]);
    });

    it("fails for a flat edge that crosses any cluster's gateway", async () => {
        const answers = statuses({ b: "172.30.3.1", c: "172.30.3.1" });
        const [flat] = await ways({ a: { network: "n", answers }, b, c });
        expect(flat).to.deep.equal([
            "a -> b",
            false,
            `through the gateway 172.30.3.1: on the network n it should be pod to pod, at ${podAddress("b")}.`,
        ]);
    });
});
