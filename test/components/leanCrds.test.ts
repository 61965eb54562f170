// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { leanCrds, withoutDescriptions } from "../../components/leanCrds";
import { transformArgs } from "../helpers/transforms";

const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

describe("leanCrds", () => {
    it("takes the descriptions out of a CRD's spec, and nothing else", async () => {
        const metadata = { name: "gateways", annotations: { description: "stays" } };
        const spec = { versions: [{ name: "v1", schema: { description: "goes" } }] };
        const args = transformArgs(CRD, { metadata, spec });
        expect(await leanCrds(args)).to.deep.equal({
            props: { metadata, spec: { versions: [{ name: "v1", schema: {} }] } },
            opts: args.opts,
        });
    });

    it("leaves everything else alone", async () => {
        const args = transformArgs("kubernetes:core/v1:ConfigMap", { spec: { description: "x" } });
        expect(await leanCrds(args)).to.equal(undefined);
    });
});

describe("withoutDescriptions", () => {
    it("goes into maps and lists", () => {
        const schema = { a: [{ description: "x", b: { description: "y", c: 1 } }] };
        expect(withoutDescriptions(schema)).to.deep.equal({ a: [{ b: { c: 1 } }] });
    });

    it("keeps a property that is called description", () => {
        const schema = { properties: { description: { type: "string", description: "x" } } };
        expect(withoutDescriptions(schema)).to.deep.equal({
            properties: { description: { type: "string" } },
        });
    });

    it("keeps descriptions among the required properties", () => {
        const schema = { required: ["description"], description: "x" };
        expect(withoutDescriptions(schema)).to.deep.equal({ required: ["description"] });
    });

    it("changes nothing where there is no description", () => {
        const value = fc
            .jsonValue()
            .filter((json) => !JSON.stringify(json).includes("description"));
        fc.assert(
            fc.property(value, (json) => {
                expect(withoutDescriptions(json)).to.deep.equal(json);
            }),
        );
    });
});
