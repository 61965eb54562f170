// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { RemoteSecret } from "../../components";
import { remoteKubeconfig } from "../../components/remoteSecret";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const SECRET = "kubernetes:core/v1:Secret";

const args = {
    observedCluster: "east",
    server: "https://east-control-plane:6443",
    caCertPem: "ca",
    token: "token",
};

describe("RemoteSecret", () => {
    let remote: RemoteSecret;
    let recording: Recording;
    before(async () => {
        ({ result: remote, recording } = await record(
            () => new RemoteSecret("s", args, inCluster()),
        ));
    });
    const secret = () => recording.get(SECRET, "s-secret");

    it("is one Secret", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:RemoteSecret s",
                `s > ${SECRET} s-secret`,
            ].sort(),
        );
    });

    it("puts it in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("marks it as istiod looks for it", () => {
        expect(secret().inputs.metadata).to.deep.equal({
            name: "istio-remote-secret-east",
            namespace: "istio-system",
            labels: { "istio/multiCluster": "true" },
            annotations: { "networking.istio.io/cluster": "east" },
        });
    });

    it("holds the kubeconfig under the cluster's name", () => {
        expect(secret().inputs.stringData).to.deep.equal({
            east: remoteKubeconfig(args, "ca", "token"),
        });
    });

    it("keeps the kubeconfig secret, though the token was given in the open", () => {
        expect(secret().secrets).to.deep.equal(["stringData"]);
    });

    it("gives the Secret's name", async () => {
        expect(await settled(remote.secretName)).to.deep.equal({
            value: "istio-remote-secret-east",
            secret: false,
        });
    });
});

describe("remoteKubeconfig", () => {
    it("logs in by the token, and trusts the authority", () => {
        expect(JSON.parse(remoteKubeconfig(args, "ca\n", "token"))).to.deep.equal({
            apiVersion: "v1",
            kind: "Config",
            clusters: [
                {
                    name: "east",
                    cluster: {
                        server: "https://east-control-plane:6443",
                        "certificate-authority-data": Buffer.from("ca\n").toString("base64"),
                    },
                },
            ],
            users: [{ name: "east", user: { token: "token" } }],
            contexts: [{ name: "east", context: { cluster: "east", user: "east" } }],
            "current-context": "east",
        });
    });
});
