// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { upstream } from "../../bundle";
import { fleetCrds } from "../../stacks/crds";
import { configOf } from "../helpers/fleets";
import { record, settled } from "../helpers/mocks";

const { values } = configOf(["a"]);

describe("fleetCrds", () => {
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

    /** The names of the CRDs in a file: of each chart there is one, named after it. */
    async function crdsIn(file: pulumi.Output<string>): Promise<string[]> {
        const { value } = await settled(file);
        const list = JSON.parse(readFileSync(join(cache, "crds", `${value}.json`), "utf8")) as {
            items: { metadata: { name: string } }[];
        };
        return list.items.map(({ metadata: { name } }) => name);
    }

    const cases: [string, boolean, string[]][] = [
        ["Istio's, with MetalLB's or without", false, ["base"]],
        ["Prometheus Operator's too", true, ["base", "prometheus-operator-crds"]],
    ];
    for (const [what, measured, istio] of cases) {
        it(`are ${what}, where a fleet is ${measured ? "" : "not "}measured`, async () => {
            const { result } = await record(() => fleetCrds(upstream, values, measured, "owner"));
            expect(await crdsIn(result.istio)).to.deep.equal(istio);
            expect(await crdsIn(result.withMetalLb)).to.deep.equal(["metallb", ...istio]);
        });
    }
});
