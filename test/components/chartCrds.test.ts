// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { chartCrds } from "../../components";
import { type Recording, record, settled } from "../helpers/mocks";

const PROVIDER = "pulumi:providers:kubernetes";

describe("chartCrds", () => {
    const { ISTIO_FLEET_CACHE } = process.env;
    let cache: string;
    let file: string;
    let recording: Recording;
    before(async () => {
        cache = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        process.env.ISTIO_FLEET_CACHE = cache;
        const run = await record(() =>
            settled(
                chartCrds("charts", [
                    {
                        release: "first",
                        namespace: "first-system",
                        source: { chart: "/charts/folder" },
                        values: { a: 1 },
                    },
                    {
                        release: "second",
                        namespace: "second-system",
                        source: {
                            chart: "published",
                            version: "1.2.3",
                            repository: "https://charts.example",
                        },
                        values: {},
                    },
                ]),
            ),
        );
        ({ recording } = run);
        file = run.result.value;
    });
    after(() => {
        rmSync(cache, { recursive: true });
        if (ISTIO_FLEET_CACHE === undefined) delete process.env.ISTIO_FLEET_CACHE;
        else process.env.ISTIO_FLEET_CACHE = ISTIO_FLEET_CACHE;
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

    it("writes the CRDs of all charts to the file that it names", () => {
        const list = JSON.parse(readFileSync(join(cache, "crds", `${file}.json`), "utf8")) as {
            items: unknown[];
        };
        expect(list.items).to.deep.equal([
            { kind: "CustomResourceDefinition", metadata: { name: "folder" } },
            { kind: "CustomResourceDefinition", metadata: { name: "published" } },
        ]);
    });
});
