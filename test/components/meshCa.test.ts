// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { MeshCa, type MeshCaArgs } from "../../components";
import { caCerts } from "../../components/meshCa";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const KEY = "tls:index/privateKey:PrivateKey";
const REQUEST = "tls:index/certRequest:CertRequest";
const ROOT = "tls:index/selfSignedCert:SelfSignedCert";
const CERT = "tls:index/locallySignedCert:LocallySignedCert";

const args: MeshCaArgs = {
    clusterNames: ["east", "west"],
    signing: 1,
    trusted: [1],
    rootValidityDays: 100,
    intermediateValidityDays: 10,
    intermediateRenewalHours: 80,
    keyAlgorithm: "ECDSA",
};

describe("MeshCa", () => {
    let ca: MeshCa;
    let recording: Recording;
    before(async () => {
        ({ result: ca, recording } = await record(() => new MeshCa("ca", args)));
    });

    it("is a root, and an intermediate for each cluster", () => {
        expect(shape(recording)).to.deep.equal(
            [
                " > istio-fleet:index:MeshCa ca",
                `ca > ${KEY} ca-key`,
                `ca > ${ROOT} ca-root`,
                `ca > ${KEY} ca-east-key`,
                `ca > ${REQUEST} ca-east-request`,
                `ca > ${CERT} ca-east-cert`,
                `ca > ${KEY} ca-west-key`,
                `ca > ${REQUEST} ca-west-request`,
                `ca > ${CERT} ca-west-cert`,
            ].sort(),
        );
    });

    it("makes P-256 keys", () => {
        for (const { inputs } of recording.ofType(KEY)) {
            expect(inputs).to.deep.equal({ algorithm: "ECDSA", ecdsaCurve: "P256" });
        }
    });

    it("signs the root with its own key, for authorities one level down", () => {
        expect(recording.get(ROOT, "ca-root").inputs).to.deep.equal({
            privateKeyPem: "key of ca-key\n",
            isCaCertificate: true,
            maxPathLength: 1,
            setSubjectKeyId: true,
            subject: { organization: "istio-fleet", commonName: "Root CA" },
            validityPeriodHours: 2400,
            allowedUses: ["digital_signature", "cert_signing", "crl_signing"],
        });
    });

    it("requests an intermediate by the cluster's name, which metrics read", () => {
        expect(recording.get(REQUEST, "ca-west-request").inputs).to.deep.equal({
            privateKeyPem: "key of ca-west-key\n",
            subject: { organization: "istio-fleet", commonName: "Intermediate west" },
        });
    });

    it("signs an intermediate with the root's key", () => {
        expect(recording.get(CERT, "ca-west-cert").inputs).to.deep.equal({
            certRequestPem: "request of ca-west-request\n",
            caPrivateKeyPem: "key of ca-key\n",
            caCertPem: "certificate of ca-root\n",
            isCaCertificate: true,
            setSubjectKeyId: true,
            validityPeriodHours: 240,
            earlyRenewalHours: 80,
            allowedUses: ["digital_signature", "cert_signing", "crl_signing"],
        });
    });

    it("keeps keys secret where they are inputs", () => {
        const secrets = recording.all.flatMap(({ name, secrets }) =>
            secrets.map((path) => `${name} ${path}`),
        );
        expect(secrets.sort()).to.deep.equal([
            "ca-east-cert caPrivateKeyPem",
            "ca-east-request privateKeyPem",
            "ca-root privateKeyPem",
            "ca-west-cert caPrivateKeyPem",
            "ca-west-request privateKeyPem",
        ]);
    });

    it("gives each cluster the files of its own intermediate, secret", async () => {
        const files = (cluster: string) => ({
            "ca-cert.pem": `certificate of ca-${cluster}-cert\n`,
            "ca-key.pem": `key of ca-${cluster}-key\n`,
            "cert-chain.pem": `certificate of ca-${cluster}-cert\ncertificate of ca-root\n`,
            "root-cert.pem": "certificate of ca-root\n",
        });
        expect(Object.keys(ca.caCerts).sort()).to.deep.equal(["east", "west"]);
        for (const [cluster, output] of Object.entries(ca.caCerts)) {
            expect(await settled(output)).to.deep.equal({ value: files(cluster), secret: true });
        }
    });

    it("gives the root certificate, which is no secret", async () => {
        expect(await settled(ca.rootCertPem)).to.deep.equal({
            value: "certificate of ca-root\n",
            secret: false,
        });
    });

    it("registers its outputs, the files as secret", () => {
        expect([...recording.outputs.values()].map(({ secrets }) => secrets)).to.deep.equal([
            ["caCerts.east", "caCerts.west"],
        ]);
    });

    it("makes RSA keys of 4096 bits when asked to", async () => {
        const rsa = await record(() => new MeshCa("ca", { ...args, keyAlgorithm: "RSA" }));
        for (const { inputs } of rsa.recording.ofType(KEY)) {
            expect(inputs).to.deep.equal({ algorithm: "RSA", rsaBits: 4096 });
        }
    });

    it("keeps the key of a root that is there, whatever algorithm is asked for", () => {
        const algorithm = ["algorithm", "ecdsaCurve", "rsaBits"];
        expect(recording.get(KEY, "ca-key").ignoreChanges).to.deep.equal(algorithm);
        expect(recording.get(KEY, "ca-east-key").ignoreChanges).to.deep.equal([]);
    });

    it("tells a cluster that is called root from the root", async () => {
        const clash = await record(() => new MeshCa("ca", { ...args, clusterNames: ["root"] }));
        expect(clash.recording.names(KEY)).to.deep.equal(["ca-key", "ca-root-key"]);
    });
});

describe("MeshCa during a rotation", () => {
    const made = async (signing: number, trusted: readonly number[]) =>
        record(() => new MeshCa("ca", { ...args, clusterNames: ["east"], signing, trusted }));
    /** What each intermediate is signed with. */
    const signers = ({ recording }: { recording: Recording }) =>
        recording.ofType(CERT).map(({ name, inputs }) => [name, inputs.caPrivateKeyPem]);

    it("makes the next root beside the first, whose resources keep their names", async () => {
        const { recording } = await made(1, [1, 2]);
        expect(shape(recording)).to.deep.equal(
            [
                " > istio-fleet:index:MeshCa ca",
                `ca > ${KEY} ca-key`,
                `ca > ${ROOT} ca-root`,
                `ca > ${KEY} ca-key-2`,
                `ca > ${ROOT} ca-root-2`,
                `ca > ${KEY} ca-east-key`,
                `ca > ${REQUEST} ca-east-request`,
                `ca > ${CERT} ca-east-cert`,
            ].sort(),
        );
    });

    it("tells the next root from the first by its name, and signs it with a key of its own", async () => {
        const { recording } = await made(1, [1, 2]);
        expect(recording.get(ROOT, "ca-root-2").inputs).to.deep.include({
            privateKeyPem: "key of ca-key-2\n",
            subject: { organization: "istio-fleet", commonName: "Root CA 2" },
        });
    });

    it("signs with the old root while the next one is only trusted", async () => {
        expect(signers(await made(1, [1, 2]))).to.deep.equal([["ca-east-cert", "key of ca-key\n"]]);
    });

    it("gives intermediates of the next root keys of their own", async () => {
        const rotated = await made(2, [1, 2]);
        expect(signers(rotated)).to.deep.equal([["ca-east-cert-2", "key of ca-key-2\n"]]);
        expect(rotated.recording.names(KEY)).to.deep.equal(["ca-east-key-2", "ca-key", "ca-key-2"]);
        expect(rotated.recording.names(REQUEST)).to.deep.equal(["ca-east-request-2"]);
    });

    it("keeps the next root's names when the first has gone", async () => {
        const { recording } = await made(2, [2]);
        expect(recording.names(KEY)).to.deep.equal(["ca-east-key-2", "ca-key-2"]);
        expect(recording.names(ROOT)).to.deep.equal(["ca-root-2"]);
        expect(recording.names(CERT)).to.deep.equal(["ca-east-cert-2"]);
    });

    const bundles: [number, number[], string[]][] = [
        [1, [1, 2], ["ca-root", "ca-root-2"]],
        [2, [1, 2], ["ca-root-2", "ca-root"]],
        [2, [2], ["ca-root-2"]],
    ];
    for (const [signing, trusted, roots] of bundles) {
        it(`trusts ${roots.join(", then ")}: that which signs comes first`, async () => {
            const { result } = await made(signing, trusted);
            const pem = roots.map((root) => `certificate of ${root}\n`).join("");
            expect(await settled(result.rootCertPem)).to.deep.equal({ value: pem, secret: false });
            const files = result.caCerts.east && (await settled(result.caCerts.east)).value;
            expect(files?.["root-cert.pem"]).to.equal(pem);
        });
    }

    it("chains an intermediate to the root that signs it, and to no other", async () => {
        const { result } = await made(2, [1, 2]);
        const files = result.caCerts.east && (await settled(result.caCerts.east)).value;
        expect(files?.["cert-chain.pem"]).to.equal(
            "certificate of ca-east-cert-2\ncertificate of ca-root-2\n",
        );
    });

    // Two resources of one URN make record throw.
    it("gives no name twice, whatever clusters are called", async () => {
        const clusterNames = ["key", "key-2", "root", "root-2", "x", "x-key", "x-key-2"];
        const { recording } = await record(
            () => new MeshCa("ca", { ...args, clusterNames, signing: 2, trusted: [1, 2] }),
        );
        expect(recording.ofType(CERT)).to.have.length(clusterNames.length);
    });
});

describe("caCerts", () => {
    it("chains the intermediate and its root in that order, and trusts what it is told to", () => {
        expect(caCerts("cert\n", "key\n", "root\n", "root\nother\n")).to.deep.equal({
            "ca-cert.pem": "cert\n",
            "ca-key.pem": "key\n",
            "cert-chain.pem": "cert\nroot\n",
            "root-cert.pem": "root\nother\n",
        });
    });

    it("ends every certificate's last line, so that the next begins on its own", () => {
        const files = caCerts("cert", "key", "root", "trusted");
        expect(files["cert-chain.pem"]).to.equal("cert\nroot\n");
        expect(files["root-cert.pem"]).to.equal("trusted\n");
    });
});
