// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeCrdFile } from "../../components/crdFile";

const OWNER = "istio-fleet.test";

describe("writeCrdFile", () => {
    const { ISTIO_FLEET_CACHE } = process.env;
    let cache: string;
    beforeEach(() => {
        cache = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        process.env.ISTIO_FLEET_CACHE = cache;
    });
    afterEach(() => {
        rmSync(cache, { recursive: true });
        if (ISTIO_FLEET_CACHE === undefined) delete process.env.ISTIO_FLEET_CACHE;
        else process.env.ISTIO_FLEET_CACHE = ISTIO_FLEET_CACHE;
    });
    const crd = (name: string, labels?: Record<string, string>) => ({
        kind: "CustomResourceDefinition",
        metadata: labels ? { name, labels } : { name },
    });
    const labelled = { "istio-fleet.io/crd": "istio-fleet.test" };

    it("writes the CRDs among objects as a List, labelled, and nothing else", () => {
        const name = writeCrdFile(
            [crd("a"), { kind: "ConfigMap" }, {}, crd("b", { c: "d" })],
            OWNER,
        );
        expect(JSON.parse(readFileSync(join(cache, "crds", `${name}.json`), "utf8"))).to.deep.equal(
            {
                apiVersion: "v1",
                kind: "List",
                items: [crd("a", labelled), crd("b", { c: "d", ...labelled })],
            },
        );
        expect(readdirSync(join(cache, "crds"))).to.deep.equal([`${name}.json`]);
    });

    it("names the file by the SHA-256 of its content", () => {
        expect(writeCrdFile([], OWNER)).to.equal(
            "f0b34303ba3e3d66f2ab4355630f1969b71ec449726600eb45a2599bca6c9c4c",
        );
    });

    it("gives the same CRDs the same name, and others another", () => {
        const first = writeCrdFile([crd("a")], OWNER);
        expect(writeCrdFile([crd("a"), { kind: "Secret" }], OWNER)).to.equal(first);
        expect(writeCrdFile([crd("b")], OWNER)).not.to.equal(first);
    });
});
