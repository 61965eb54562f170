// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkAddresses, checkServer } from "../../plan/existingAddresses";
import type { NodeFacts } from "../../plan/existingFacts";

describe("checkServer", () => {
    const FIX =
        "Give server: a URL that works from the other clusters, for example https://10.0.0.5:6443, " +
        "of a host in the API server's certificate.";

    const rules = (server: string, peerApiServer?: string) =>
        checkServer({ peerApiServer }, "p", { server }).map(({ rule }) => rule);

    it("refuses a kubeconfig's server that is local, with the place, the URL and what to do", () => {
        const found = checkServer({ peerApiServer: undefined }, "clusters[1].existing.server", {
            server: "https://127.0.0.1:6443",
        });
        expect(found).to.deep.equal([
            {
                property: "clusters[1].existing.server",
                value: "https://127.0.0.1:6443",
                rule: "(from the kubeconfig) is an address of this machine alone, and other clusters have to reach the API server",
                fix: FIX,
            },
        ]);
    });

    const local = [
        "https://127.0.0.1:6443",
        "https://127.8.9.10",
        "https://localhost:6443/path",
        "https://LOCALHOST.",
        "https://cluster.localhost:6443",
        "https://0.0.0.0:6443",
        "https://[::1]:6443",
        "https://[::]:6443",
        "https://host.docker.internal:6443",
        "https://kubernetes.docker.internal:6443",
        "http://localhost:8080",
        "localhost:8080",
    ];
    for (const server of local) {
        it(`refuses ${server}`, () => {
            expect(rules(server)).to.have.lengthOf(1);
        });
    }

    const usable = [
        "https://10.0.0.5:6443",
        "https://128.0.0.1",
        "https://a-control-plane:6443",
        "https://127.example.com",
        "https://localhost.example.com",
        "https://docker.internal.example.com",
        "https://[fd00::1]:6443",
        "10.0.0.5:6443",
        "not a URL",
    ];
    for (const server of usable) {
        it(`accepts ${server}`, () => {
            expect(rules(server)).to.deep.equal([]);
        });
    }

    it("accepts a local server where another URL is given", () => {
        expect(rules("https://127.0.0.1:6443", "https://10.0.0.5:6443")).to.deep.equal([]);
    });

    it("refuses a given URL that is local itself", () => {
        expect(rules("https://10.0.0.5:6443", "https://localhost:6443")).to.deep.equal([
            "is an address of this machine alone, and other clusters have to reach the API server",
        ]);
    });
});

describe("checkAddresses", () => {
    const FIX = "Choose addresses of the nodes' network that nothing else has.";

    const node = (name: string, addresses: string[], podCidrs: string[] = []): NodeFacts => ({
        name,
        addresses,
        podCidrs,
    });
    const rules = (addressPool: string | undefined, ...nodes: NodeFacts[]) =>
        checkAddresses({ addressPool }, "p", { nodes }).map(({ rule }) => rule);

    it("refuses addresses of nodes and of pods, with the place, the addresses and what to do", () => {
        const found = checkAddresses(
            { addressPool: "10.0.0.5-10.0.1.5" },
            "clusters[1].existing.loadBalancer.addresses",
            { nodes: [node("n1", ["10.0.0.6"], ["10.0.1.0/24"])] },
        );
        const place = {
            property: "clusters[1].existing.loadBalancer.addresses",
            value: "10.0.0.5-10.0.1.5",
        };
        expect(found).to.deep.equal([
            { ...place, rule: "has addresses of nodes: 10.0.0.6 (n1)", fix: FIX },
            { ...place, rule: "has addresses of pods: 10.0.1.0/24 (on n1)", fix: FIX },
        ]);
    });

    const cases: [string, NodeFacts[], string[]][] = [
        ["nothing without nodes", [], []],
        ["an address before the first", [node("n", ["10.0.0.9"])], []],
        ["the first address", [node("n", ["10.0.0.10"])], ["nodes: 10.0.0.10 (n)"]],
        ["the last address", [node("n", ["10.0.0.20"])], ["nodes: 10.0.0.20 (n)"]],
        ["an address after the last", [node("n", ["10.0.0.21"])], []],
        ["addresses of IPv6", [node("n", ["fd00::1"], ["fd00:1::/64"])], []],
        [
            "every node's address, up to three",
            ["a", "b", "c", "d"].map((name, i) => node(name, [`10.0.0.1${String(i)}`])),
            ["nodes: 10.0.0.10 (a), 10.0.0.11 (b), 10.0.0.12 (c) and 1 more"],
        ],
        ["pods just before", [node("n", [], ["10.0.0.8/31"])], []],
        ["pods at the first", [node("n", [], ["10.0.0.10/32"])], ["pods: 10.0.0.10/32 (on n)"]],
        ["pods around", [node("n", [], ["10.0.0.0/8"])], ["pods: 10.0.0.0/8 (on n)"]],
    ];
    for (const [what, nodes, expected] of cases) {
        it(`says of ${what}: ${expected.join() || "nothing"}`, () => {
            expect(rules("10.0.0.10-10.0.0.20", ...nodes)).to.deep.equal(
                expected.map((text) => `has addresses of ${text}`),
            );
        });
    }

    it("asks nothing of a cluster that balances load itself", () => {
        expect(rules(undefined, node("n", ["10.0.0.10"], ["0.0.0.0/0"]))).to.deep.equal([]);
    });
});
