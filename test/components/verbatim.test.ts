// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { load } from "js-yaml";
import { type KindClusterArgs, kindConfig } from "../../components/kindCluster";
import { prometheusResource, prometheusRule } from "../../components/prometheus";
import { allowSender } from "../../components/remoteWritePolicy";
import { remoteKubeconfig } from "../../components/remoteSecret";
import { hashrings } from "../../components/thanosReceiveConfig";
import { ruleFiles, rulerProcess } from "../../components/thanosRuler";
import { argument } from "../helpers/hostile";

/*
 * Documents that others read as YAML: whatever text goes in, exactly that text comes out, at its place
 * and nowhere else.
 */

/** What a reader of YAML makes of a document. */
const read = (text: string) => load(text) as Record<string, unknown>;

describe("the kubeconfig of a remote secret", () => {
    it("gives back any name, server, token and certificate", () => {
        const texts = fc.tuple(argument, argument, argument, argument);
        fc.assert(
            fc.property(texts, ([observedCluster, server, ca, token]) => {
                const text = remoteKubeconfig({ observedCluster, server }, ca, token);
                const authority = Buffer.from(ca).toString("base64");
                const name = observedCluster;
                expect(read(text)).to.deep.equal({
                    apiVersion: "v1",
                    kind: "Config",
                    clusters: [
                        { name, cluster: { server, "certificate-authority-data": authority } },
                    ],
                    users: [{ name, user: { token } }],
                    contexts: [{ name, context: { cluster: name, user: name } }],
                    "current-context": name,
                });
            }),
        );
    });
});

describe("kind's config", () => {
    it("gives back any name, image, subnet, patch and identity", () => {
        const texts = fc.tuple(argument, argument, argument, argument, argument);
        fc.assert(
            fc.property(texts, ([clusterName, nodeImage, subnet, patch, identity]) => {
                const args: KindClusterArgs = {
                    clusterName,
                    generation: "g",
                    networkName: "n",
                    networkSubnet: subnet,
                    networkId: "id",
                    podSubnet: subnet,
                    serviceSubnet: subnet,
                    apiServerPort: 20_000,
                    role: "primary",
                    nodeImage,
                    kubeadmConfigPatches: [patch],
                    containerdConfigPatches: [patch],
                };
                const config = read(JSON.stringify(kindConfig(args, identity)));
                expect(config).to.deep.include({
                    name: clusterName,
                    kubeadmConfigPatches: [patch],
                    containerdConfigPatches: [patch],
                });
                expect(config.networking).to.deep.include({
                    podSubnet: subnet,
                    serviceSubnet: subnet,
                });
                const [node] = config.nodes as { image: string; extraMounts: object[] }[];
                expect(node?.image).to.equal(nodeImage);
                expect(node?.extraMounts).to.deep.equal([
                    {
                        hostPath: "/dev/null",
                        containerPath: `/kind/istio-fleet/${identity}`,
                        readOnly: true,
                    },
                ]);
            }),
        );
    });
});

describe("files and objects of the metrics stack", () => {
    it("give back any rule", () => {
        fc.assert(
            fc.property(argument, argument, (record, expr) => {
                const groups = [{ name: record, rules: [{ record, expr, labels: { a: expr } }] }];
                expect(read(ruleFiles(groups)["rules.yaml"] ?? "")).to.deep.equal({ groups });
                expect(prometheusRule("p", groups).spec).to.deep.equal({ groups });
            }),
        );
    });

    it("give back any ingestor", () => {
        fc.assert(
            fc.property(argument, argument, (ingestor, service) => {
                const [ring] = load(JSON.stringify(hashrings([ingestor], service))) as object[];
                expect(ring).to.deep.include({
                    endpoints: [`${ingestor}.${service}.monitoring.svc.cluster.local:10901`],
                });
            }),
        );
    });

    it("have any cluster's name as a label, and in the one identity that it has", () => {
        fc.assert(
            fc.property(argument, argument, (clusterName, trustDomain) => {
                const { spec } = prometheusResource(
                    "p",
                    {
                        clusterName,
                        image: "prometheus:v3.0.0",
                        retentionHours: 1,
                        scrapeSeconds: 15,
                        storage: { sizeGiB: 1, persistent: false },
                    },
                    {},
                );
                expect(spec).to.deep.include({ externalLabels: { cluster: clusterName } });
                const { rules } = allowSender(trustDomain, clusterName).spec as {
                    rules: { from: object[] }[];
                };
                const account = `ns/monitoring/sa/prometheus-federation-${clusterName}`;
                expect(rules.map(({ from }) => from)).to.deep.equal([
                    [{ source: { principals: [`${trustDomain}/${account}`] } }],
                ]);
            }),
        );
    });
});

/** What Kubernetes makes of an argument of a container. */
function expanded(argument: string, variables: Readonly<Record<string, string>>): string {
    return argument.replace(/\$(\$|\(([^)]*)\))/g, (whole, inner: string, name: string) =>
        inner === "$" ? "$" : (variables[name] ?? whole),
    );
}

describe("arguments of Thanos Ruler", () => {
    it("give Thanos any Alertmanager's URL as it is", () => {
        const args = {
            image: "thanos",
            groups: [],
            retentionHours: 1,
            storage: { sizeGiB: 1, persistent: false },
        };
        const folder = { folder: "config" };
        const urls = fc.oneof(argument, fc.constantFrom("http://a/$(POD_NAME)", "$$(POD_NAME)"));
        fc.assert(
            fc.property(urls, (url) => {
                const made = rulerProcess({ ...args, alertmanagers: [url] }, folder).args;
                const last = expanded(made.at(-1) as string, { POD_NAME: "pod-0" });
                expect(last).to.equal(`--alertmanagers.url=${url}`);
            }),
        );
    });
});
