// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { MetalLb } from "../../components";
import { AWAIT_WEBHOOK } from "../../components/dryRun";
import {
    fillWebhookSecret,
    metalLbCrds,
    metalLbValues,
    readyWhenWebhookListens,
} from "../../components/metalLb";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { transformArgs } from "../helpers/transforms";

const CHART = "kubernetes:helm.sh/v4:Chart";
const SECRET = "kubernetes:core/v1:Secret";
const COMMAND = "command:local:Command";
const chart = { chart: "metallb", version: "1.2.3", repository: "https://charts.example" };

describe("MetalLb", () => {
    let metalLb: MetalLb;
    let recording: Recording;
    before(async () => {
        ({ result: metalLb, recording } = await record(() => {
            const args = {
                access: { KIND_NODE: "east-control-plane" },
                identity: "1-2",
                severalNodes: true,
                namespaceLabels: { "our/label": "x" },
                addressPool: "172.30.128.1-172.30.128.14",
                webhookCertificate: { "tls.crt": "certificate" },
                chart,
                values: { controller: { image: { tag: "mine" } } },
            };
            return new MetalLb("lb", args, inCluster());
        }));
    });
    const pool = () => recording.get("kubernetes:metallb.io/v1beta1:IPAddressPool", "lb-pool");
    const l2 = () => recording.get("kubernetes:metallb.io/v1beta1:L2Advertisement", "lb-l2");

    it("is a namespace, the chart, a wait for its webhook, a pool and its advertisement", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:MetalLb lb",
                "lb > kubernetes:core/v1:Namespace lb-namespace",
                `lb > ${CHART} lb-chart`,
                `lb > ${COMMAND} lb-webhook`,
                "lb > kubernetes:metallb.io/v1beta1:IPAddressPool lb-pool",
                "lb > kubernetes:metallb.io/v1beta1:L2Advertisement lb-l2",
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("allows the speaker's privileges in the namespace", () => {
        const namespace = recording.get("kubernetes:core/v1:Namespace", "lb-namespace");
        expect(namespace.inputs.metadata).to.deep.equal({
            name: "metallb-system",
            labels: {
                "our/label": "x",
                "pod-security.kubernetes.io/enforce": "privileged",
            },
        });
    });

    it("installs the chart with our values and the caller's", () => {
        const { name, namespace, chart, version, repositoryOpts, values } = recording.get(
            CHART,
            "lb-chart",
        ).inputs;
        expect({ name, namespace, chart, version, repositoryOpts, values }).to.deep.equal({
            name: "metallb",
            namespace: "metallb-system",
            chart: "metallb",
            version: "1.2.3",
            repositoryOpts: { repo: "https://charts.example" },
            values: {
                ...metalLbValues,
                speaker: { ...metalLbValues.speaker, memberlist: { enabled: true } },
                controller: { ...metalLbValues.controller, image: { tag: "mine" } },
            },
        });
    });

    it("installs the chart when its namespace is there", () => {
        const names = recording.dependencyNames(recording.get(CHART, "lb-chart"));
        expect(names).to.deep.equal(["lb-namespace"]);
    });

    it("fills the chart's webhook Secret with the certificate, secret", async () => {
        const { transforms } = recording.get(CHART, "lb-chart");
        const args = transformArgs(SECRET, { metadata: { name: "metallb-webhook-cert" } });
        const result = await transforms[0]?.(args);
        const data = result?.props.stringData as pulumi.Output<Record<string, string>>;
        expect(await settled(data)).to.deep.equal({
            value: { "tls.crt": "certificate" },
            secret: true,
        });
    });

    it("waits with the chart until its webhook listens", () => {
        const { transforms } = recording.get(CHART, "lb-chart");
        expect(transforms.slice(1)).to.deep.equal([readyWhenWebhookListens]);
    });

    it("brings up the chart in install order", () => {
        const { postRenderer } = recording.get(CHART, "lb-chart").inputs;
        expect((postRenderer as { command: string }).command).to.equal("node");
    });

    it("pools the addresses that it is given", () => {
        expect(pool().inputs).to.deep.equal({
            apiVersion: "metallb.io/v1beta1",
            kind: "IPAddressPool",
            metadata: { name: "pool", namespace: "metallb-system" },
            spec: { addresses: ["172.30.128.1-172.30.128.14"] },
        });
    });

    it("asks its webhook for a pool that is not made, when the chart is there", () => {
        const { inputs, ...webhook } = recording.get(COMMAND, "lb-webhook");
        expect(inputs).to.deep.equal({
            create: AWAIT_WEBHOOK,
            update: ":",
            stdin: '{"apiVersion":"metallb.io/v1beta1","kind":"IPAddressPool","metadata":{"name":"try","namespace":"metallb-system"},"spec":{"addresses":["192.0.2.1/32"]}}',
            environment: { KIND_NODE: "east-control-plane" },
            triggers: ["1-2"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
        expect(recording.dependencyNames({ inputs, ...webhook })).to.deep.equal(["lb-chart"]);
    });

    it("makes the pool when the webhook serves", () => {
        expect(recording.dependencyNames(pool())).to.deep.equal(["lb-webhook"]);
    });

    it("advertises the pool in layer 2", () => {
        expect(l2().inputs).to.deep.equal({
            apiVersion: "metallb.io/v1beta1",
            kind: "L2Advertisement",
            metadata: { name: "l2", namespace: "metallb-system" },
            spec: { ipAddressPools: ["pool"] },
        });
        expect(recording.dependencyNames(l2())).to.deep.equal(["lb-pool"]);
    });

    it("gives its addresses", async () => {
        expect(await settled(metalLb.addressPool)).to.deep.equal({
            value: "172.30.128.1-172.30.128.14",
            secret: false,
        });
    });
});

describe("fillWebhookSecret", () => {
    const data = { "tls.crt": "certificate" };
    const fill = fillWebhookSecret(data);

    it("fills the webhook's Secret, and keeps the rest of it and its options", async () => {
        const props = { metadata: { name: "metallb-webhook-cert", labels: { a: "b" } }, type: "x" };
        const args = transformArgs(SECRET, props);
        expect(await fill(args)).to.deep.equal({
            props: { ...props, stringData: data },
            opts: args.opts,
        });
    });

    const others: [string, string, Record<string, unknown>][] = [
        ["another Secret", SECRET, { metadata: { name: "metallb-memberlist" } }],
        ["a Secret without a name", SECRET, { metadata: {} }],
        ["a Secret without metadata", SECRET, {}],
        [
            "another resource of that name",
            "kubernetes:core/v1:ConfigMap",
            { metadata: { name: "metallb-webhook-cert" } },
        ],
    ];
    for (const [what, type, props] of others) {
        it(`leaves ${what} alone`, async () => {
            expect(await fill(transformArgs(type, props))).to.equal(undefined);
        });
    }
});

describe("metalLbValues", () => {
    it("are for layer 2 on one node that kubeadm excludes from load balancers", () => {
        const resources = {
            requests: { cpu: "10m", memory: "64Mi" },
            limits: { memory: "256Mi" },
        };
        expect(metalLbValues).to.deep.equal({
            frrk8s: { enabled: false },
            controller: { resources },
            speaker: {
                resources,
                ignoreExcludeLB: true,
                readinessProbe: { initialDelaySeconds: 1, periodSeconds: 1 },
                startupProbe: { periodSeconds: 1, failureThreshold: 150 },
            },
        });
    });
});

describe("metalLbCrds", () => {
    it("are those of the chart with our values and the caller's", () => {
        expect(metalLbCrds(chart, { controller: { image: { tag: "mine" } } })).to.deep.equal({
            release: "metallb",
            namespace: "metallb-system",
            source: chart,
            values: {
                ...metalLbValues,
                controller: { ...metalLbValues.controller, image: { tag: "mine" } },
            },
        });
    });
});

describe("readyWhenWebhookListens", () => {
    const sidecar = { name: "proxy", readinessProbe: { httpGet: { port: 1 } } };
    const deployment = (name: string, readinessProbe: object) => ({
        metadata: { name },
        spec: {
            replicas: 1,
            template: {
                spec: {
                    nodeSelector: { "kubernetes.io/os": "linux" },
                    containers: [{ name: "controller", image: "x", readinessProbe }, sidecar],
                },
            },
        },
    });
    const DEPLOYMENT = "kubernetes:apps/v1:Deployment";

    it("asks the webhook's port whether the controller is ready", async () => {
        const args = transformArgs(DEPLOYMENT, deployment("metallb-controller", { httpGet: {} }));
        const result = await readyWhenWebhookListens(args);
        expect(result?.props).to.deep.equal(
            deployment("metallb-controller", { tcpSocket: { port: 9443 }, periodSeconds: 1 }),
        );
    });

    it("says that there is one, where nobody says how many", async () => {
        const { metadata, spec } = deployment("metallb-controller", {});
        const unsaid = { metadata, spec: { template: spec.template } };
        const one = await readyWhenWebhookListens(transformArgs(DEPLOYMENT, unsaid));
        expect(one?.props.spec).to.have.property("replicas", 1);
        const said = { metadata, spec: { ...spec, replicas: 3 } };
        const three = await readyWhenWebhookListens(transformArgs(DEPLOYMENT, said));
        expect(three?.props.spec).to.have.property("replicas", 3);
    });

    it("leaves other deployments alone", async () => {
        const args = transformArgs(DEPLOYMENT, deployment("another", {}));
        expect(await readyWhenWebhookListens(args)).to.equal(undefined);
    });
});
