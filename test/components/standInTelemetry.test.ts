// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { StandInTelemetry } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const FILTER = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";

describe("StandInTelemetry", () => {
    const telemetry = {
        envoyFilterSpec: { configPatches: [{ applyTo: "HTTP_FILTER" }] },
        metricRelabelings: [{ action: "labeldrop", regex: "x" }],
    };
    let recording: Recording;
    before(async () => {
        ({ recording } = await record(() => new StandInTelemetry("t", telemetry, inCluster())));
    });

    it("is one EnvoyFilter, in the cluster that it is given", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:StandInTelemetry t",
                `t > ${FILTER} t-filter`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("is the bundle's spec, for the whole mesh: in the root namespace, without a selector", () => {
        expect(recording.get(FILTER, "t-filter").inputs).to.deep.equal({
            apiVersion: "networking.istio.io/v1alpha3",
            kind: "EnvoyFilter",
            metadata: { name: "stand-in-telemetry", namespace: "istio-system" },
            spec: telemetry.envoyFilterSpec,
        });
    });
});
