// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { rotate, termsOf } from "../../cli/rotate";
import { StepError } from "../../cli/steps";
import { thrownBy } from "../helpers/errors";
import { configOf } from "../helpers/fleets";
import { type Fleet, recordFleet } from "../helpers/stacks";

const PLACE = "urn:pulumi:dev::istio-fleet";
const EXPIRING = "istio-fleet:index:RemoteReader$istio-fleet:index:ExpiringToken";
const CERTIFICATE = "tls:index/selfSignedCert:SelfSignedCert";

const term = (edge: string) => `${PLACE}::${EXPIRING}$${CERTIFICATE}::${edge}-expiring-term`;
const state = (...resources: readonly object[]) => ({ version: 3, deployment: { resources } });

describe("termsOf", () => {
    it("are the certificates that keep the time of tokens, in the state's order", () => {
        const urns = [term("b.reader.a"), term("a.reader.b")];
        expect(termsOf(state(...urns.map((urn) => ({ urn }))))).to.deep.equal(urns);
    });

    const others: [what: string, urn: string][] = [
        ["the stack", `${PLACE}::pulumi:pulumi:Stack::istio-fleet-dev`],
        ["the component of a token", `${PLACE}::${EXPIRING}::b.reader.a-expiring`],
        [
            "what a token is bound to",
            `${PLACE}::${EXPIRING}$kubernetes:core/v1:Secret::b.reader.a-expiring-bound`,
        ],
        ["a token", `${PLACE}::${EXPIRING}$command:local:Command::b.reader.a-expiring-token`],
        ["the key of all terms", `${PLACE}::tls:index/privateKey:PrivateKey::edge-terms`],
        ["a root", `${PLACE}::istio-fleet:index:MeshCa$${CERTIFICATE}::mesh-ca-root`],
        [
            "the certificate of a webhook",
            `${PLACE}::istio-fleet:index:WebhookCertificate$${CERTIFICATE}::a-metallb-webhook-ca`,
        ],
        ["a certificate outside of all components", `${PLACE}::${CERTIFICATE}::x-expiring-term`],
        [
            "a certificate of another kind",
            `${PLACE}::${EXPIRING}$tls:index/locallySignedCert:LocallySignedCert::x-expiring-term`,
        ],
        [
            "a certificate in a component of another package",
            `${PLACE}::my-istio-fleet:index:ExpiringToken$${CERTIFICATE}::x-expiring-term`,
        ],
        ["something further below", `${PLACE}::${EXPIRING}$${CERTIFICATE}$a:b:C::x-expiring-term`],
    ];
    for (const [what, urn] of others) {
        it(`do not have ${what} among them`, () => {
            const urns = [urn, term("b.reader.a"), urn];
            expect(termsOf(state(...urns.map((one) => ({ urn: one }))))).to.deep.equal([
                term("b.reader.a"),
            ]);
        });
    }

    it("leave out what is to be deleted, which may have the name of what came in its place", () => {
        const [kept, gone] = [term("b.reader.a"), term("c.reader.a")];
        const resources = [
            { urn: kept, delete: true },
            { urn: kept },
            { urn: kept, delete: true },
            { urn: gone, delete: true },
            { urn: term("a.reader.b"), delete: false },
        ];
        expect(termsOf(state(...resources))).to.deep.equal([kept, term("a.reader.b")]);
    });

    const empty: [what: string, exported: unknown][] = [
        ["no resources", state()],
        ["no list of resources", { version: 3, deployment: { manifest: {} } }],
        ["no deployment", { version: 3 }],
    ];
    for (const [what, exported] of empty) {
        it(`are none in a state with ${what}`, () => {
            expect(termsOf(exported)).to.deep.equal([]);
        });
    }
});

describe("termsOf what the program makes", function () {
    this.timeout(60_000);

    const edges = ["a <-> b", "a -> c"];
    const made = ({ recording }: Fleet) => state(...recording.all.map(({ urn }) => ({ urn })));

    it("are one for each edge, where tokens expire", async () => {
        const trust = { edgeTokenHours: 24 };
        const fleet = await recordFleet(configOf(["a", "b", "c"], { edges, trust }));
        const place = "urn:pulumi:test::istio-fleet";
        const prefix = `${place}::${EXPIRING}$${CERTIFICATE}`;
        expect(termsOf(made(fleet)).sort()).to.deep.equal([
            `${prefix}::a.reader.b-expiring-term`,
            `${prefix}::b.reader.a-expiring-term`,
            `${prefix}::c.reader.a-expiring-term`,
        ]);
    });

    it("are none, where they do not", async () => {
        const fleet = await recordFleet(configOf(["a", "b", "c"], { edges }));
        expect(termsOf(made(fleet))).to.deep.equal([]);
    });
});

describe("rotate", () => {
    const stack = "dev";
    const SAY = "say what to rotate: --edges for their tokens, or --root for a stage";
    const wrong = [
        { stack },
        { stack, edges: false, root: false },
        { stack, edges: false },
        { stack, root: false },
        { stack, edges: true, root: true },
    ];
    for (const options of wrong) {
        it(`refuses ${JSON.stringify(options)}`, async () => {
            const error = await thrownBy(() => rotate(options));
            expect(error).to.be.instanceOf(StepError);
            expect(error).to.include({ message: SAY });
            expect(error).to.have.deep.property("details", []);
        });
    }
});
