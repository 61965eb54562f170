// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ExternalRoot } from "../../plan/externalRoot";
import { checkAuthority, createAuthority } from "../../stacks/authority";
import { certificate } from "../helpers/certificates";
import { messageOf } from "../helpers/errors";
import { configOf, planOf } from "../helpers/fleets";
import { record } from "../helpers/mocks";

const CLUSTERS = ["east", "west", { name: "south", primary: "west" }];
const externalRoot = { certificates: "roots.pem", intermediates: "signed" };
const own = planOf(configOf(CLUSTERS));
const elsewhere = planOf(configOf(CLUSTERS, { trust: { externalRoot } }));

const newKey = () => generateKeyPairSync("ed25519").privateKey;
const [key, otherKey] = [newKey(), newKey()];
const states = new Map([
    ["mesh-ca-west-key", { privateKeyPem: key.export({ type: "pkcs8", format: "pem" }) }],
]);
const external = (its = key): ExternalRoot => ({
    rootCertPem: "root\n",
    signed: new Map([
        [
            "west",
            {
                path: "signed/west.pem",
                certPem: certificate({ commonName: "west" }, undefined, its).pem,
                issuersPem: "root\n",
                trustedPem: "root\n",
            },
        ],
    ]),
    waiting: new Map([["east", "signed/east.pem"]]),
});

describe("createAuthority", () => {
    it("is a root of the fleet's own, with an intermediate for each primary", async () => {
        const { recording, result } = await record(() => createAuthority(own, undefined));
        expect(recording.names("istio-fleet:index:MeshCa")).to.deep.equal(["mesh-ca"]);
        expect(Object.keys(result.caCerts)).to.deep.equal(["east", "west"]);
        expect(result.certificateRequests).to.equal(undefined);
    });

    it("is a root elsewhere, with a request for each primary", async () => {
        const made = await record(() => createAuthority(elsewhere, external()), "test", states);
        expect(made.recording.names("istio-fleet:index:ExternalCa")).to.deep.equal(["mesh-ca"]);
        expect(Object.keys(made.result.caCerts)).to.deep.equal(["west"]);
        expect(Object.keys(made.result.certificateRequests ?? {})).to.deep.equal(["east", "west"]);
    });

    it("does not take a root of the fleet's own for one elsewhere", async () => {
        expect(await messageOf(() => record(() => createAuthority(elsewhere, undefined)))).to.equal(
            "the files of the external root were not read",
        );
    });
});

describe("checkAuthority", () => {
    /** What was made when it is known that an authority can be used. */
    const check = (root: ExternalRoot) => {
        const checked = async () => {
            const authority = createAuthority(elsewhere, root);
            await checkAuthority(authority);
            return "checked";
        };
        return record(checked, "test", states);
    };

    it("lets certificates for the right keys pass, and clusters that wait", async () => {
        expect((await check(external())).result).to.equal("checked");
    });

    it("fails for a certificate of another key", async () => {
        expect(await messageOf(() => check(external(otherKey)))).to.match(
            /^trust\.externalRoot\.intermediates: "signed\/west\.pem" begins with a certificate for another key/,
        );
    });

    it("waits for nothing that a preview cannot know", async () => {
        const mocks = {
            newResource: ({ name, inputs }: pulumi.runtime.MockResourceArgs) => ({
                id: name,
                state: inputs as object,
            }),
            call: () => ({}),
        };
        const start = (preview: boolean) =>
            pulumi.runtime.setMocks(mocks, "istio-fleet", "test", preview);
        await start(true);
        try {
            await checkAuthority(createAuthority(elsewhere, external(otherKey)));
        } finally {
            await pulumi.runtime.disconnect();
            await start(false);
        }
    });

    it("has nothing to say of a root of the fleet's own", async () => {
        const { result } = await record(async () => {
            await checkAuthority(createAuthority(own, undefined));
            return "checked";
        });
        expect(result).to.equal("checked");
    });
});
