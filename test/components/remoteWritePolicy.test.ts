// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { RemoteWritePolicy, RemoteWriteService } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const MTLS = "kubernetes:security.istio.io/v1:PeerAuthentication";
const SERVICE = "kubernetes:core/v1:Service";

/** Of all pods those that take remote write. */
const selector = { matchLabels: { "istio-fleet.io/takes": "remote-write" } };

async function policyFor(senders: string[], trustDomain = "cluster.local"): Promise<Recording> {
    const program = () => new RemoteWritePolicy("p", { trustDomain, senders }, inCluster());
    return (await record(program)).recording;
}

describe("RemoteWritePolicy", () => {
    let recording: Recording;
    before(async () => {
        recording = await policyFor(["east", "west"], "fleet.example");
    });

    it("is mutual TLS, a policy that allows nobody, and one for each sender", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:RemoteWritePolicy p",
                `p > ${MTLS} p-mtls`,
                `p > ${POLICY} p-nobody`,
                `p > ${POLICY} p-sender-east`,
                `p > ${POLICY} p-sender-west`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("wants a certificate of whoever connects", () => {
        expect(recording.get(MTLS, "p-mtls").inputs).to.deep.equal({
            apiVersion: "security.istio.io/v1",
            kind: "PeerAuthentication",
            metadata: { name: "thanos-receive", namespace: "monitoring" },
            spec: { selector, mtls: { mode: "STRICT" } },
        });
    });

    it("lets a sender's federation write, and do nothing else", () => {
        expect(recording.get(POLICY, "p-sender-east").inputs).to.deep.equal({
            apiVersion: "security.istio.io/v1",
            kind: "AuthorizationPolicy",
            metadata: { name: "thanos-receive-east", namespace: "monitoring" },
            spec: {
                selector,
                action: "ALLOW",
                rules: [
                    {
                        from: [
                            {
                                source: {
                                    principals: [
                                        "fleet.example/ns/monitoring/sa/prometheus-federation-east",
                                    ],
                                },
                            },
                        ],
                        to: [
                            {
                                operation: {
                                    ports: ["19291"],
                                    methods: ["POST"],
                                    paths: ["/api/v1/receive"],
                                },
                            },
                        ],
                    },
                ],
            },
        });
    });

    it("lets nobody write without senders: an ALLOW without any rule", async () => {
        const [policy, ...others] = (await policyFor([])).ofType(POLICY);
        expect(others).to.deep.equal([]);
        expect(policy?.inputs).to.deep.equal({
            apiVersion: "security.istio.io/v1",
            kind: "AuthorizationPolicy",
            metadata: { name: "thanos-receive", namespace: "monitoring" },
            spec: { selector, action: "ALLOW" },
        });
    });

    it("leaves the policies of the others as they are when a sender comes", async () => {
        const of = (made: Recording) => made.get(POLICY, "p-sender-east").inputs;
        expect(of(await policyFor(["east"]))).to.deep.equal(of(await policyFor(["east", "north"])));
    });

    it("has the policy that allows nobody before those that allow, and after them", () => {
        const before = (name: string) => recording.dependencyNames(recording.get(POLICY, name));
        expect(before("p-nobody")).to.deep.equal(["p-mtls"]);
        expect(before("p-sender-east")).to.deep.equal(["p-nobody"]);
    });
});

describe("RemoteWriteService", () => {
    it("is the Service that senders resolve, for what takes remote write, endpoints or not", async () => {
        const { recording } = await record(() => new RemoteWriteService("s", inCluster()));
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:RemoteWriteService s",
                `s > ${SERVICE} s-service`,
            ].sort(),
        );
        const { metadata, spec } = recording.get(SERVICE, "s-service").inputs;
        expect({ metadata, spec }).to.deep.equal({
            metadata: {
                name: "thanos-receive",
                namespace: "monitoring",
                annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
                selector: selector.matchLabels,
                ports: [{ name: "http-remote-write", port: 19291, targetPort: 19291 }],
            },
        });
    });
});
