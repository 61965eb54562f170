// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { RemoteReader, type RemoteReaderArgs, readerAccount } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { EXPIRES, tokenFor } from "../helpers/tokens";

const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
const OWN_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding";
const SECRET = "kubernetes:core/v1:Secret";
const EXPIRING = "istio-fleet:index:ExpiringToken";

const args: RemoteReaderArgs = {
    observingCluster: "west",
    roleName: "the-role",
    access: { KIND_NODE: "east-control-plane" },
    tokenLife: undefined,
    termKeyPem: undefined,
};

describe("RemoteReader", () => {
    let reader: RemoteReader;
    let recording: Recording;
    before(async () => {
        ({ result: reader, recording } = await record(
            () => new RemoteReader("r", args, inCluster()),
        ));
    });
    const token = () => recording.get(SECRET, "r-token");

    it("is an account, its roles and its token", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:RemoteReader r",
                `r > ${ACCOUNT} r-account`,
                `r > ${BINDING} r-binding`,
                `r > ${OWN_BINDING} r-own-binding`,
                `r > ${SECRET} r-token`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("names the account after the cluster that reads", () => {
        expect(readerAccount("west")).to.equal("istio-reader-west");
        expect(recording.get(ACCOUNT, "r-account").inputs.metadata).to.deep.equal({
            name: "istio-reader-west",
            namespace: "istio-system",
        });
    });

    const bindings = [
        ["the whole cluster", BINDING, "r-binding", "ClusterRole", {}],
        ["Istio's namespace", OWN_BINDING, "r-own-binding", "Role", { namespace: "istio-system" }],
    ] as const;
    for (const [where, type, name, kind, place] of bindings) {
        it(`binds that account to the role in ${where}`, () => {
            const { metadata, roleRef, subjects } = recording.get(type, name).inputs;
            expect({ metadata, roleRef, subjects }).to.deep.equal({
                metadata: { name: "istio-reader-west", ...place },
                roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: "the-role" },
                subjects: [
                    {
                        kind: "ServiceAccount",
                        name: "istio-reader-west",
                        namespace: "istio-system",
                    },
                ],
            });
        });
    }

    it("asks for a token of that account", () => {
        const { metadata, type } = token().inputs;
        expect({ metadata, type }).to.deep.equal({
            metadata: {
                name: "istio-reader-west",
                namespace: "istio-system",
                annotations: { "kubernetes.io/service-account.name": "istio-reader-west" },
            },
            type: "kubernetes.io/service-account-token",
        });
    });

    it("makes the account, then the bindings, then the token", () => {
        const needs = (type: string, name: string) =>
            recording.dependencyNames(recording.get(type, name));
        expect(needs(BINDING, "r-binding")).to.deep.equal(["r-account"]);
        expect(needs(OWN_BINDING, "r-own-binding")).to.deep.equal(["r-account"]);
        expect(recording.dependencyNames(token())).to.deep.equal([
            "r-account",
            "r-binding",
            "r-own-binding",
        ]);
    });

    it("keeps what the cluster fills in secret", () => {
        expect(token().additionalSecretOutputs).to.include("data");
    });

    it("gives the token, decoded, as a secret", async () => {
        expect(await settled(reader.token)).to.deep.equal({
            value: "token of r-token",
            secret: true,
        });
    });

    it("gives the certificate authority, decoded, which is no secret", async () => {
        expect(await settled(reader.caCertPem)).to.deep.equal({
            value: "ca of r-token",
            secret: false,
        });
    });

    it("says that the token never expires, and is bound to nothing", () => {
        expect([reader.tokenExpires, reader.boundTo]).to.deep.equal([undefined, undefined]);
    });

    it("registers its outputs, the token as secret", () => {
        expect([...recording.outputs.values()]).to.deep.equal([
            {
                outputs: { token: "token of r-token", caCertPem: "ca of r-token" },
                secrets: ["token"],
            },
        ]);
    });
});

describe("RemoteReader with a token that expires", () => {
    let reader: RemoteReader;
    let recording: Recording;
    before(async () => {
        const tokenLife = { lifeHours: 24, noticeHours: 8 };
        ({ result: reader, recording } = await record(
            () =>
                new RemoteReader("r", { ...args, tokenLife, termKeyPem: "term key" }, inCluster()),
        ));
    });

    it("has an ExpiringToken in the place of the Secret", () => {
        expect(recording.names(EXPIRING)).to.deep.equal(["r-expiring"]);
        expect(recording.names(SECRET)).to.deep.equal(["r-expiring-bound"]);
    });

    it("asks for it in the same cluster, when the account has its roles", () => {
        const { inputs } = recording.get("command:local:Command", "r-expiring-token");
        expect(inputs.environment).to.deep.include({
            KIND_NODE: "east-control-plane",
            ACCOUNT: "istio-reader-west",
            HOURS: "24",
        });
        const expiring = recording.get(EXPIRING, "r-expiring");
        expect(recording.dependencyNames(expiring)).to.deep.equal([
            "r-account",
            "r-binding",
            "r-own-binding",
        ]);
    });

    it("gives that token as a secret, and what is known of it in the open", async () => {
        expect(await settled(reader.token)).to.deep.equal({
            value: tokenFor(24, "token-of-r-expiring-token"),
            secret: true,
        });
        const { tokenExpires, boundTo } = reader;
        if (!tokenExpires || !boundTo) throw new Error("the token does not expire");
        expect(await settled(tokenExpires)).to.deep.equal({ value: EXPIRES, secret: false });
        expect((await settled(boundTo)).value).to.match(/^istio-reader-west-[0-9a-f]{10}$/);
        expect(await settled(reader.caCertPem)).to.deep.equal({
            value: "ca of r-expiring-token",
            secret: false,
        });
    });
});
