// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { KubeError } from "../../verify/kube";
import { thanosIn } from "../../verify/thanos";
import { messageOf } from "../helpers/errors";
import { NOW, fakeKube, vector } from "./fakeThanos";

const PROXY =
    "/api/v1/namespaces/monitoring/services/http:thanos-query-frontend:9090/proxy/api/v1/";
const thanos = (answer: string) => thanosIn(fakeKube("c2", () => Promise.resolve(answer)).kube);
const success = (data: object, more: object = {}) =>
    JSON.stringify({ status: "success", data, ...more });

describe("thanos", () => {
    it("asks through the API server's proxy, and wants all stores or an error", async () => {
        const { kube, paths } = fakeKube("c2", () => Promise.resolve(vector()));
        expect(await thanosIn(kube).query('up{job="a b"}')).to.deep.equal([]);
        expect(paths).to.deep.equal([
            `GET ${PROXY}query?query=up%7Bjob%3D%22a+b%22%7D&partial_response=false`,
        ]);
    });

    it("gives labels, value and time of each series", async () => {
        const answer = vector([{ cluster: "c1" }, "2.5"], [{ cluster: "c2" }, "0"]);
        expect(await thanos(answer).query("up")).to.deep.equal([
            { labels: { cluster: "c1" }, value: 2.5, time: NOW },
            { labels: { cluster: "c2" }, value: 0, time: NOW },
        ]);
    });

    it("reads what JSON has no numbers for", async () => {
        const answer = vector([{}, "+Inf"], [{}, "-Inf"], [{}, "NaN"]);
        const values = (await thanos(answer).query("up")).map(({ value }) => value);
        expect(values).to.deep.equal([Infinity, -Infinity, NaN]);
    });

    it("takes a number for a series without labels", async () => {
        const answer = success({ resultType: "scalar", result: [NOW, "2"] });
        expect(await thanos(answer).query("1 + 1")).to.deep.equal([
            { labels: {}, value: 2, time: NOW },
        ]);
    });

    it("asks for a range, and gives the points of each series", async () => {
        const values = [
            [10, "1"],
            [15, "NaN"],
        ];
        const answer = success({ resultType: "matrix", result: [{ metric: { a: "b" }, values }] });
        const { kube, paths } = fakeKube("c2", () => Promise.resolve(answer));
        const range = { start: 10, end: 20.5, step: 5 };
        expect(await thanosIn(kube).queryRange("up", range)).to.deep.equal([
            {
                labels: { a: "b" },
                points: [
                    { time: 10, value: 1 },
                    { time: 15, value: NaN },
                ],
            },
        ]);
        expect(paths).to.deep.equal([
            `GET ${PROXY}query_range?query=up&start=10&end=20.5&step=5&partial_response=false`,
        ]);
    });

    const rest = "See `kubectl get services,pods -n monitoring` there.";

    it("says what was asked of whom when the API server refuses", async () => {
        const refused = new KubeError("GET … was answered with 503: no endpoints available", 503);
        const { kube } = fakeKube("c2", () => Promise.reject(refused));
        expect(await messageOf(() => thanosIn(kube).query("up"))).to.equal(
            `Thanos in c2 did not answer \`up\`: ${refused.message}. ${rest}`,
        );
    });

    const useless: Record<string, [string, string]> = {
        "with warnings": [
            success({ resultType: "vector", result: [] }, { warnings: ["no store a", "nor b"] }),
            "the answer has warnings: no store a; nor b",
        ],
        "with a range to an instant query": [
            success({ resultType: "matrix", result: [] }),
            "the answer of an instant query is a range: ask with queryRange",
        ],
    };
    for (const [what, [answer, reason]] of Object.entries(useless)) {
        it(`takes no answer ${what}`, async () => {
            expect(await messageOf(() => thanos(answer).query("up"))).to.equal(
                `Thanos in c2 did not answer \`up\`: ${reason}. ${rest}`,
            );
        });
    }

    it("does not mind a remark of PromQL's on the query", async () => {
        const warnings = ["PromQL info: metric might not be a counter"];
        const answer = success({ resultType: "vector", result: [] }, { warnings });
        expect(await thanos(answer).query("up")).to.deep.equal([]);
    });

    it("takes no number for an answer to a range query", async () => {
        const asked = () => thanos(vector()).queryRange("up", { start: 1, end: 2, step: 1 });
        expect(await messageOf(asked)).to.equal(
            `Thanos in c2 did not answer \`up\`: the answer of a range query is a vector. ${rest}`,
        );
    });

    for (const answer of ["<html>", '{"status":"error","error":"x"}', '{"status":"success"}']) {
        it(`takes no answer that is ${answer}`, async () => {
            expect(await messageOf(() => thanos(answer).query("up"))).to.match(
                /^Thanos in c2 did not answer `up`: .+\. See `kubectl/,
            );
        });
    }
});
