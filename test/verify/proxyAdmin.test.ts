// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseCounters, parseEndpoints } from "../../verify/proxyAdmin";

describe("parseEndpoints", () => {
    it("reads addresses by cluster, and skips hosts without one", () => {
        const text = JSON.stringify({
            cluster_statuses: [
                {
                    name: "outbound|80||x",
                    host_statuses: [
                        { address: { socket_address: { address: "10.0.0.1", port_value: 80 } } },
                        { address: { pipe: { path: "/sock" } } },
                    ],
                },
                { name: "BlackHoleCluster" },
            ],
        });
        expect(parseEndpoints(text)).to.deep.equal([
            { cluster: "outbound|80||x", address: "10.0.0.1", port: 80 },
        ]);
    });

    it("finds nothing in an empty answer, and refuses a wrong one", () => {
        expect(parseEndpoints("{}")).to.deep.equal([]);
        expect(() => parseEndpoints('{"cluster_statuses":[{}]}')).to.throw();
    });
});

describe("parseCounters", () => {
    it("keeps what is above zero", () => {
        const text = [
            "cluster_manager.cds.update_rejected: 0",
            "listener_manager.lds.update_rejected: 3",
            "",
            "a histogram: P0(nan,1.0)",
        ].join("\n");
        expect([...parseCounters(text)]).to.deep.equal([
            ["listener_manager.lds.update_rejected", 3],
        ]);
    });
});
