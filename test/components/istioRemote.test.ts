// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { IstioRemote } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const CHART = "kubernetes:helm.sh/v4:Chart";
const NAMESPACE = "kubernetes:core/v1:Namespace";

const args = {
    clusterName: "west",
    network: "west-net",
    meshId: "mesh",
    trustDomain: "mesh.example",
    namespaceLabels: { "our/label": "x" },
    primary: "east",
    pilotAddress: "172.30.128.1",
    rootCertPem: "root",
    hub: "hub.example/istio",
    tag: "1.2.3",
    baseChart: { chart: "/charts/base" },
    istiodChart: { chart: "/charts/istiod" },
    baseValues: { from: "base" },
    istiodValues: { from: "istiod" },
};

/** Our values for both charts. */
const values = {
    profile: "remote",
    // The authority of the webhooks: "root" in base64.
    base: { validationCABundle: "cm9vdA==" },
    istiodRemote: {
        injectionCABundle: "cm9vdA==",
        injectionPath: "/inject/cluster/west/net/west-net",
    },
    meshConfig: {
        trustDomain: "mesh.example",
        defaultConfig: { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } },
    },
    global: {
        enableReaderRBAC: false,
        hub: "hub.example/istio",
        tag: "1.2.3",
        meshID: "mesh",
        multiCluster: { clusterName: "west" },
        network: "west-net",
        proxy: { resources: { requests: { cpu: "10m", memory: "40Mi" } } },
        remotePilotAddress: "172.30.128.1",
        configCluster: true,
    },
};

describe("IstioRemote", () => {
    let remote: IstioRemote;
    let recording: Recording;
    before(async () => {
        ({ result: remote, recording } = await record(
            () => new IstioRemote("r", args, inCluster()),
        ));
    });

    it("is a namespace and two charts: no istiod, and no certificates", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:IstioRemote r",
                `r > ${NAMESPACE} r-namespace`,
                `r > ${CHART} r-base`,
                `r > ${CHART} r-istiod`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("says in its namespace which network it is on, and whose istiod may write there", () => {
        expect(recording.get(NAMESPACE, "r-namespace").inputs.metadata).to.deep.equal({
            name: "istio-system",
            labels: { "our/label": "x", "topology.istio.io/network": "west-net" },
            annotations: { "topology.istio.io/controlPlaneClusters": "east" },
        });
    });

    for (const [chart, release] of [
        ["base", "istio-base"],
        ["istiod", "istiod"],
    ] as const) {
        it(`installs chart ${chart} for a remote of that istiod, with the caller's values`, () => {
            const { inputs } = recording.get(CHART, `r-${chart}`);
            expect({ name: inputs.name, chart: inputs.chart, values: inputs.values }).to.deep.equal(
                { name: release, chart: `/charts/${chart}`, values: { ...values, from: chart } },
            );
            expect(recording.dependencyNames(recording.get(CHART, `r-${chart}`))).to.deep.equal([
                "r-namespace",
            ]);
        });
    }

    it("gives its namespace", async () => {
        expect(await settled(remote.namespace)).to.deep.equal({
            value: "istio-system",
            secret: false,
        });
    });
});
