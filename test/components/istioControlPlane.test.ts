// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { IstioControlPlane, type IstioControlPlaneArgs, istioCrds } from "../../components";
import { istiodValues } from "../../components/istioControlPlane";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const CHART = "kubernetes:helm.sh/v4:Chart";
const SECRET = "kubernetes:core/v1:Secret";
const NAMESPACE = "kubernetes:core/v1:Namespace";

const files = {
    "ca-cert.pem": "cert",
    "ca-key.pem": "key",
    "cert-chain.pem": "chain",
    "root-cert.pem": "root",
};

const args: IstioControlPlaneArgs = {
    clusterName: "east",
    network: "east-net",
    meshId: "mesh",
    trustDomain: "mesh.example",
    namespaceLabels: { "our/label": "x" },
    caCerts: files,
    servesRemotes: false,
    readsRemoteSecrets: true,
    rootCertPem: "root",
    hub: "hub.example/istio",
    tag: "1.2.3",
    baseChart: { chart: "/charts/base" },
    istiodChart: { chart: "istiod", version: "1.2.3", repository: "https://charts.example" },
    baseValues: { defaultRevision: "mine" },
    istiodValues: { pilot: { env: { A: "b" } }, resources: { requests: { cpu: "1" } } },
};

/** The authority of the webhooks, for both charts: "root" in base64. */
const webhooks = {
    base: { validationCABundle: "cm9vdA==" },
    istiodRemote: { injectionCABundle: "cm9vdA==" },
};

/** What istiod is told, where it has to list the Secrets of the clusters that it observes. */
const ENVIRONMENT = {
    ISTIO_MULTIROOT_MESH: "true",
    VALIDATION_WEBHOOK_CONFIG_NAME: "",
    INJECTION_WEBHOOK_CONFIG_NAME: "",
};

describe("IstioControlPlane", () => {
    let controlPlane: IstioControlPlane;
    let recording: Recording;
    before(async () => {
        ({ result: controlPlane, recording } = await record(
            () => new IstioControlPlane("i", args, inCluster()),
        ));
    });
    const base = () => recording.get(CHART, "i-base");
    const istiod = () => recording.get(CHART, "i-istiod");
    const cacerts = () => recording.get(SECRET, "i-cacerts");

    it("is a namespace, its certificates and two charts", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:IstioControlPlane i",
                `i > ${NAMESPACE} i-namespace`,
                `i > ${SECRET} i-cacerts`,
                `i > ${CHART} i-base`,
                `i > ${CHART} i-istiod`,
            ].sort(),
        );
    });

    it("puts everything in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("labels the namespace with the network", () => {
        expect(recording.get(NAMESPACE, "i-namespace").inputs.metadata).to.deep.equal({
            name: "istio-system",
            labels: { "our/label": "x", "topology.istio.io/network": "east-net" },
        });
    });

    it("writes the files of the authority to cacerts", () => {
        expect(cacerts().inputs).to.deep.equal({
            apiVersion: "v1",
            kind: "Secret",
            metadata: { name: "cacerts", namespace: "istio-system" },
            stringData: files,
        });
    });

    it("keeps these files secret, though they were given in the open", () => {
        expect(cacerts().secrets).to.deep.equal(["stringData"]);
    });

    it("installs chart base with our values and the caller's", () => {
        const { name, namespace, chart, values } = base().inputs;
        expect({ name, namespace, chart, values }).to.deep.equal({
            name: "istio-base",
            namespace: "istio-system",
            chart: "/charts/base",
            values: {
                ...webhooks,
                global: { enableReaderRBAC: false },
                defaultRevision: "mine",
            },
        });
    });

    it("installs chart istiod from its source", () => {
        const { name, namespace, chart, version, repositoryOpts } = istiod().inputs;
        expect({ name, namespace, chart, version, repositoryOpts }).to.deep.equal({
            name: "istiod",
            namespace: "istio-system",
            chart: "istiod",
            version: "1.2.3",
            repositoryOpts: { repo: "https://charts.example" },
        });
    });

    it("tells istiod who its cluster is, keeps it small, and lets the caller's values win", () => {
        expect(istiod().inputs.values).to.deep.equal({
            ...webhooks,
            env: ENVIRONMENT,
            autoscaleEnabled: false,
            pilot: { env: { A: "b" } },
            resources: { requests: { cpu: "1", memory: "200Mi" }, limits: { memory: "2Gi" } },
            meshConfig: {
                trustDomain: "mesh.example",
                defaultConfig: { proxyMetadata: { PROXY_CONFIG_XDS_AGENT: "true" } },
            },
            global: {
                enableReaderRBAC: false,
                hub: "hub.example/istio",
                tag: "1.2.3",
                meshID: "mesh",
                multiCluster: { clusterName: "east" },
                network: "east-net",
                proxy: { resources: { requests: { cpu: "10m", memory: "40Mi" } } },
            },
        });
    });

    it("keeps an istiod from the Secrets of other clusters that need not list them", () => {
        expect(istiodValues({ ...args, readsRemoteSecrets: false }).env).to.deep.equal({
            ...ENVIRONMENT,
            PILOT_ENABLE_REMOTE_CREDENTIALS_CONTROLLER: "false",
        });
    });

    it("does not make the charts' values secret, which would hide all of them", () => {
        expect([base(), istiod()].flatMap(({ secrets }) => secrets)).to.deep.equal([]);
    });

    it("waits with everything for the namespace", () => {
        expect(recording.dependencyNames(cacerts())).to.deep.equal(["i-namespace"]);
        expect(recording.dependencyNames(base())).to.deep.equal(["i-namespace"]);
    });

    it("starts istiod when cacerts is there", () => {
        expect(recording.dependencyNames(istiod())).to.deep.equal(["i-cacerts"]);
    });

    it("gives its namespace", async () => {
        expect(await settled(controlPlane.namespace)).to.deep.equal({
            value: "istio-system",
            secret: false,
        });
    });

    it("gives its namespace only when the CRDs and istiod are there", async () => {
        const dependencies = await resourceNames(controlPlane.namespace);
        expect(dependencies).to.include.members(["i-base", "i-istiod"]);
    });
});

/** The names of the resources that an output comes from. */
async function resourceNames(output: pulumi.Output<unknown>): Promise<string[]> {
    const { allResources } = output as unknown as {
        allResources: () => Promise<Set<pulumi.Resource>>;
    };
    const urns = [...(await allResources.call(output))].map(({ urn }) => settled(urn));
    return (await Promise.all(urns)).map(({ value }) => value.split("::")[3] ?? "");
}

describe("istioCrds", () => {
    it("are those of chart base with the caller's values", () => {
        const source = { chart: "/charts/base" };
        expect(istioCrds(source, { base: { excludedCRDs: ["a"] } })).to.deep.equal({
            release: "istio-base",
            namespace: "istio-system",
            source,
            values: { base: { excludedCRDs: ["a"] } },
        });
    });
});
