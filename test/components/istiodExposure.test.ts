// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { IstiodExposure } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const GATEWAY = "kubernetes:networking.istio.io/v1:Gateway";
const ROUTES = "kubernetes:networking.istio.io/v1:VirtualService";

describe("IstiodExposure", () => {
    let exposure: IstiodExposure;
    let recording: Recording;
    before(async () => {
        ({ result: exposure, recording } = await record(
            () => new IstiodExposure("e", inCluster()),
        ));
    });

    it("is a Gateway and the routes behind it, in the cluster that it is given", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:IstiodExposure e",
                `e > ${GATEWAY} e-gateway`,
                `e > ${ROUTES} e-routes`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("lets TLS for istiod and its webhooks through the east-west gateway, unread", () => {
        const server = (number: number, name: string) => ({
            port: { number, name, protocol: "tls" },
            tls: { mode: "PASSTHROUGH" },
            hosts: ["*"],
        });
        expect(recording.get(GATEWAY, "e-gateway").inputs).to.deep.equal({
            apiVersion: "networking.istio.io/v1",
            kind: "Gateway",
            metadata: { name: "istiod-gateway", namespace: "istio-system" },
            spec: {
                selector: { istio: "eastwestgateway" },
                servers: [server(15012, "tls-istiod"), server(15017, "tls-istiodwebhook")],
            },
        });
    });

    it("leads it to istiod's Service, the webhooks' to its port 443", () => {
        const host = "istiod.istio-system.svc.cluster.local";
        const route = (port: number, number: number) => ({
            match: [{ port, sniHosts: ["*"] }],
            route: [{ destination: { host, port: { number } } }],
        });
        expect(recording.get(ROUTES, "e-routes").inputs).to.deep.equal({
            apiVersion: "networking.istio.io/v1",
            kind: "VirtualService",
            metadata: { name: "istiod-vs", namespace: "istio-system" },
            spec: {
                hosts: ["*"],
                gateways: ["istiod-gateway"],
                tls: [route(15012, 15012), route(15017, 443)],
            },
        });
    });

    it("gives what stands for istiod being exposed", async () => {
        expect(await settled(exposure.exposed.urn)).to.deep.include({
            value: recording.get(ROUTES, "e-routes").urn,
        });
    });
});
