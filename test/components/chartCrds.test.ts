// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type CrdChart, chartRenderer, renderChart } from "../../components";
import { type Recording, record, settled } from "../helpers/mocks";

const PROVIDER = "pulumi:providers:kubernetes";

const folder: CrdChart = {
    release: "first",
    namespace: "first-system",
    source: { chart: "/charts/folder" },
    values: { a: 1 },
};
const published: CrdChart = {
    release: "second",
    namespace: "second-system",
    source: { chart: "published", version: "1.2.3", repository: "https://charts.example" },
    values: {},
};

describe("renderChart", () => {
    let recording: Recording;
    let objects: unknown;
    before(async () => {
        const run = await record(async () => {
            const renderer = chartRenderer("charts");
            const rendered = await settled(renderChart(folder, renderer));
            await settled(renderChart(published, renderer));
            return rendered.value;
        });
        ({ recording, result: objects } = run);
    });
    const options = (index: number) =>
        JSON.parse(String(recording.calls[index]?.args.jsonOpts)) as unknown;

    it("renders with a provider that has no cluster", () => {
        expect(recording.get(PROVIDER, "charts").inputs).to.deep.equal({ kubeconfig: "{}" });
        expect(recording.all.map(({ type }) => type)).to.deep.equal([PROVIDER]);
    });

    it("renders a chart of a folder, as its release, with its values", () => {
        expect(options(0)).to.deep.equal({
            path: "/charts",
            chart: "folder",
            release_name: "first",
            namespace: "first-system",
            values: { a: 1 },
        });
    });

    it("renders a chart of a repository in its version", () => {
        expect(options(1)).to.deep.equal({
            chart: "published",
            version: "1.2.3",
            fetch_opts: { repo: "https://charts.example" },
            release_name: "second",
            namespace: "second-system",
            values: {},
        });
    });

    it("gives everything that the chart renders", () => {
        expect(objects).to.deep.equal([
            { kind: "CustomResourceDefinition", metadata: { name: "folder" } },
            { kind: "ConfigMap", metadata: { name: "folder" } },
        ]);
    });
});
