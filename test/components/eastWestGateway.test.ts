// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EastWestGateway } from "../../components";
import { addressIn } from "../../components/eastWestGateway";
import { messageOf } from "../helpers/errors";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { EMPTY_CHART, GATEWAY_ADDRESS } from "../helpers/providers";
import { shape } from "../helpers/shape";

const CHART = "kubernetes:helm.sh/v4:Chart";
const GATEWAY = "kubernetes:networking.istio.io/v1:Gateway";

describe("EastWestGateway", () => {
    let gateway: EastWestGateway;
    let recording: Recording;
    before(async () => {
        ({ result: gateway, recording } = await record(() => {
            const args = {
                network: "east-net",
                address: "172.30.128.1",
                chart: { chart: "/charts/gateway" },
                values: { imagePullPolicy: "IfNotPresent", autoscaling: { minReplicas: 2 } },
            };
            return new EastWestGateway("gw", args, inCluster());
        }));
    });

    it("is the chart and Istio's Gateway", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:EastWestGateway gw",
                `gw > ${CHART} gw-chart`,
                `gw > ${GATEWAY} gw-cross-network`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("installs the chart for the network, at the address, with the caller's values", () => {
        const { name, namespace, chart, values } = recording.get(CHART, "gw-chart").inputs;
        expect({ name, namespace, chart, values }).to.deep.equal({
            name: "istio-eastwestgateway",
            namespace: "istio-system",
            chart: "/charts/gateway",
            values: {
                name: "istio-eastwestgateway",
                networkGateway: "east-net",
                autoscaling: { enabled: false, minReplicas: 2 },
                // Or scaling it by hand would be no drift.
                replicaCount: 1,
                resources: { requests: { cpu: "10m", memory: "40Mi" } },
                readinessProbe: {
                    httpGet: { path: "/healthz/ready", port: 15021 },
                    periodSeconds: 2,
                    timeoutSeconds: 3,
                    failureThreshold: 10,
                },
                service: {
                    annotations: {
                        "metallb.io/loadBalancerIPs": "172.30.128.1",
                        "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
                    },
                },
                imagePullPolicy: "IfNotPresent",
            },
        });
    });

    it("leaves the number of pods to an autoscaler that the caller wants", async () => {
        const { recording: autoscaled } = await record(
            () =>
                new EastWestGateway(
                    "gw",
                    {
                        network: "east-net",
                        address: undefined,
                        chart: { chart: "/charts/gateway" },
                        values: { autoscaling: { enabled: true } },
                    },
                    inCluster(),
                ),
        );
        const { values } = autoscaled.get(CHART, "gw-chart").inputs;
        expect(values).not.to.have.property("replicaCount");
    });

    it("brings up the chart in install order", () => {
        const { postRenderer } = recording.get(CHART, "gw-chart").inputs;
        expect((postRenderer as { command: string }).command).to.equal("node");
    });

    it("has istiod check its Gateway when the gateway runs", () => {
        const gateway = recording.get(GATEWAY, "gw-cross-network");
        expect(recording.dependencyNames(gateway)).to.deep.equal(["gw-chart"]);
    });

    it("passes every service on, by SNI, without reading it", () => {
        expect(recording.get(GATEWAY, "gw-cross-network").inputs).to.deep.equal({
            apiVersion: "networking.istio.io/v1",
            kind: "Gateway",
            metadata: { name: "cross-network-gateway", namespace: "istio-system" },
            spec: {
                selector: { istio: "eastwestgateway" },
                servers: [
                    {
                        port: { number: 15443, name: "tls", protocol: "TLS" },
                        tls: { mode: "AUTO_PASSTHROUGH" },
                        hosts: ["*.local"],
                    },
                ],
            },
        });
    });

    it("gives the address that its Service has, not the one that was asked for", async () => {
        expect(await settled(gateway.address)).to.deep.equal({
            value: GATEWAY_ADDRESS,
            secret: false,
        });
    });

    it("fails when the chart renders no Service", async () => {
        const args = { network: "n", address: "a", chart: { chart: EMPTY_CHART }, values: {} };
        expect(await messageOf(() => record(() => new EastWestGateway("gw", args)))).to.include(
            "chart gateway: must render a Service, but it rendered none",
        );
    });

    it("registers its address", () => {
        expect([...recording.outputs.values()].map(({ outputs }) => outputs)).to.deep.equal([
            { address: GATEWAY_ADDRESS },
        ]);
    });
});

describe("addressIn", () => {
    const given = (ingress: object) => ({ loadBalancer: { ingress: [ingress] } });

    it("is the address, or the name that some load balancers have instead", () => {
        expect(addressIn(given({ ip: "192.0.2.1" }), "192.0.2.9", false)).to.equal("192.0.2.1");
        expect(addressIn(given({ hostname: "lb.example" }), undefined, true)).to.equal(
            "lb.example",
        );
    });

    for (const status of [{}, { loadBalancer: {} }, { loadBalancer: { ingress: [] } }]) {
        it(`is as planned in a preview of ${JSON.stringify(status)}`, () => {
            expect(addressIn(status, "192.0.2.9", true)).to.equal("192.0.2.9");
            expect(pulumi.isUnknown(addressIn(status, undefined, true))).to.equal(true);
        });

        it(`is an error when ${JSON.stringify(status)} is all there is`, () => {
            expect(() => addressIn(status, "192.0.2.9", false)).to.throw(
                "Service istio-eastwestgateway: has neither an address nor a name in its status",
            );
        });
    }
});
