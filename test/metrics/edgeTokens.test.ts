// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { edgeTokenRules } from "../../metrics/edgeTokens";
import { clusterNames } from "../helpers/arbitraries";

describe("edgeTokenRules", () => {
    it("record when each token expires, by the cluster that it is for", () => {
        const tokens = [
            { observed: "b", expires: "2030-01-01T00:00:00Z" },
            { observed: "c", expires: "1970-01-02T01:00:00+01:00" },
        ];
        const record = "istio_fleet_edge_token_expiry_timestamp_seconds";
        expect(edgeTokenRules(tokens, { scrapeSeconds: 20 })).to.deep.equal([
            {
                name: "istio-fleet-edge-tokens",
                interval: "20s",
                rules: [
                    { record, expr: "vector(1893456000)", labels: { remote_cluster: "b" } },
                    { record, expr: "vector(86400)", labels: { remote_cluster: "c" } },
                ],
            },
        ]);
    });

    it("never say that a token lives longer than it does", () => {
        const expires = "1970-01-01T00:00:09.999Z";
        const [group] = edgeTokenRules([{ observed: "b", expires }], { scrapeSeconds: 15 });
        expect(group?.rules.map(({ expr }) => expr)).to.deep.equal(["vector(9)"]);
    });

    it("are no group where nothing expires: a group without rules is refused", () => {
        expect(edgeTokenRules([], { scrapeSeconds: 15 })).to.deep.equal([]);
    });

    it("give every time as a number that PromQL reads, without an exponent", () => {
        const times = fc.date({
            min: new Date("1970-01-01"),
            max: new Date("9999-12-31"),
            noInvalidDate: true,
        });
        fc.assert(
            fc.property(clusterNames(2048, { max: 3 }), times, (names, time) => {
                const expires = time.toISOString();
                const tokens = names.map((observed) => ({ observed, expires }));
                const seconds = String(Math.floor(time.getTime() / 1000));
                const [group] = edgeTokenRules(tokens, { scrapeSeconds: 15 });
                expect(group?.rules.map(({ expr }) => expr)).to.deep.equal(
                    names.map(() => `vector(${seconds})`),
                );
                expect(seconds).to.match(/^\d+$/);
            }),
        );
    });
});
