// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import { chartArgs } from "../../components/chart";

const postRenderer = {
    command: "node",
    args: [join(__dirname, "..", "..", "components", "postRender.js"), "namespace"],
};

describe("chartArgs", () => {
    it("names a chart in a repository", () => {
        const source = { chart: "istiod", version: "1.2.3", repository: "https://charts.example" };
        expect(chartArgs("release", "namespace", source, {})).to.deep.equal({
            name: "release",
            namespace: "namespace",
            chart: "istiod",
            version: "1.2.3",
            repositoryOpts: { repo: "https://charts.example" },
            values: {},
            postRenderer,
        });
    });

    it("leaves out what a folder does not have", () => {
        expect(chartArgs("release", "namespace", { chart: "/charts/istiod" }, {})).to.deep.equal({
            name: "release",
            namespace: "namespace",
            chart: "/charts/istiod",
            values: {},
            postRenderer,
        });
    });

    it("merges values, the later ones winning", () => {
        const { values } = chartArgs(
            "release",
            "namespace",
            { chart: "c" },
            { global: { hub: "ours", tag: "ours" } },
            { global: { tag: "theirs" } },
        );
        expect(values).to.deep.equal({ global: { hub: "ours", tag: "theirs" } });
    });
});
