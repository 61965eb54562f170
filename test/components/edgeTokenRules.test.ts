// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { EdgeTokenRules } from "../../components";
import { edgeTokenRules } from "../../metrics/edgeTokens";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { EXPIRES } from "../helpers/tokens";

const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

describe("EdgeTokenRules", () => {
    let recording: Recording;
    before(async () => {
        ({ recording } = await record(() => {
            const tokens = [{ observed: "b", expires: pulumi.output(EXPIRES) }];
            new EdgeTokenRules("t", { tokens, scrapeSeconds: 20 }, inCluster());
        }));
    });

    it("is one PrometheusRule", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:EdgeTokenRules t",
                `t > ${RULES} t-rules`,
            ].sort(),
        );
    });

    it("puts it in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("gives it to the federation, beside the rules that it has", () => {
        expect(recording.get(RULES, "t-rules").inputs.metadata).to.deep.equal({
            name: "edge-tokens",
            namespace: "monitoring",
            labels: { "istio-fleet.io/prometheus": "federation" },
        });
    });

    it("says in it when the tokens expire, once that is known", () => {
        const { inputs, secrets } = recording.get(RULES, "t-rules");
        expect(inputs.spec).to.deep.equal({
            groups: edgeTokenRules([{ observed: "b", expires: EXPIRES }], { scrapeSeconds: 20 }),
        });
        expect(secrets).to.deep.equal([]);
    });
});
