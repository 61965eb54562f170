// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { RemoteReader } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const ACCOUNT = "kubernetes:core/v1:ServiceAccount";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
const SECRET = "kubernetes:core/v1:Secret";

describe("RemoteReader", () => {
    let reader: RemoteReader;
    let recording: Recording;
    before(async () => {
        ({ result: reader, recording } = await record(
            () => new RemoteReader("r", { observingCluster: "west" }, inCluster()),
        ));
    });
    const binding = () => recording.get(BINDING, "r-binding");
    const token = () => recording.get(SECRET, "r-token");

    it("is an account, its role and its token", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:RemoteReader r",
                `r > ${ACCOUNT} r-account`,
                `r > ${BINDING} r-binding`,
                `r > ${SECRET} r-token`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("names the account after the cluster that reads", () => {
        expect(recording.get(ACCOUNT, "r-account").inputs.metadata).to.deep.equal({
            name: "istio-reader-west",
            namespace: "istio-system",
        });
    });

    it("binds that account to the role that chart istiod makes for readers", () => {
        const { metadata, roleRef, subjects } = binding().inputs;
        expect({ metadata, roleRef, subjects }).to.deep.equal({
            metadata: { name: "istio-reader-west" },
            roleRef: {
                apiGroup: "rbac.authorization.k8s.io",
                kind: "ClusterRole",
                name: "istio-reader-clusterrole-istio-system",
            },
            subjects: [
                { kind: "ServiceAccount", name: "istio-reader-west", namespace: "istio-system" },
            ],
        });
    });

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

    it("makes the account, then the binding, then the token", () => {
        expect(recording.dependencyNames(binding())).to.deep.equal(["r-account"]);
        expect(recording.dependencyNames(token())).to.deep.equal(["r-binding"]);
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

    it("registers its outputs, the token as secret", () => {
        expect([...recording.outputs.values()]).to.deep.equal([
            {
                outputs: { token: "token of r-token", caCertPem: "ca of r-token" },
                secrets: ["token"],
            },
        ]);
    });
});
