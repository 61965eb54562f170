// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Sources, upstream } from "../../bundle";
import { clusterAlerts } from "../../metrics/clusterAlerts";
import { configOf } from "../helpers/fleets";
import {
    type Fleet,
    awaitedBy,
    deletedWithOf,
    partsOf,
    providerOf,
    recordFleet,
} from "../helpers/stacks";

const FILTER = "kubernetes:networking.istio.io/v1alpha3:EnvoyFilter";
const POD_MONITOR = "kubernetes:monitoring.coreos.com/v1:PodMonitor";
const POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";

describe("a central cluster that is a remote", () => {
    const telemetry = {
        envoyFilterSpec: { configPatches: [{ applyTo: "HTTP_FILTER" }] },
        metricRelabelings: [{ action: "labeldrop", regex: "x" }],
    };
    const sources: Sources = { ...upstream, telemetry };
    const config = configOf(["east", { name: "west", primary: "east" }], {
        metrics: { central: "west" },
    });
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(config, { sources });
    });

    it("has the policy in its primary, whose istiod tells its proxies", () => {
        const places = partsOf(fleet.recording, ["east-remote-write-policy"]).map((one) =>
            providerOf(fleet.recording, one),
        );
        expect(new Set(places)).to.deep.equal(new Set(["east"]));
        expect(
            awaitedBy(fleet.recording, "RemoteWritePolicy", "east-remote-write-policy"),
        ).to.deep.equal(["east-istiod-webhook", "east-monitoring"]);
    });

    it("lets the policy go with the primary", () => {
        const policy = fleet.recording.get(POLICY, "east-remote-write-policy-nobody");
        expect(deletedWithOf(fleet.recording, policy)).to.equal("east-kind");
    });

    it("has no webhook of its own, and is ready for sidecars with its injector", () => {
        expect(fleet.recording.names("istio-fleet:index:IstiodWebhook")).to.deep.equal([
            "east-istiod-webhook",
        ]);
        expect(awaitedBy(fleet.recording, "PrometheusFederation", "west-federation")).to.deep.equal(
            [
                "east-remote-write-policy",
                "west-collector",
                "west-istio",
                "west-prometheus-operator",
                "west-remote-write",
            ],
        );
    });

    it("has its statistics from its primary, where a bundle stands in for Istio's", () => {
        expect(
            fleet.recording.ofType(FILTER).map(({ name, provider, inputs }) => ({
                name,
                cluster: provider.replace(/@.*$/, ""),
                spec: inputs.spec,
            })),
        ).to.deep.equal([
            {
                name: "east-telemetry-filter",
                cluster: "east",
                spec: telemetry.envoyFilterSpec,
            },
        ]);
        expect(awaitedBy(fleet.recording, "StandInTelemetry", "east-telemetry")).to.deep.equal([
            "east-istiod-webhook",
        ]);
    });

    it("has those statistics' labels made Istio's by every collector", () => {
        const first = fleet.recording.ofType(POD_MONITOR).map(({ inputs }) => {
            const { podMetricsEndpoints } = inputs.spec as {
                podMetricsEndpoints: { metricRelabelings: unknown[] }[];
            };
            return podMetricsEndpoints[0]?.metricRelabelings[0];
        });
        const [relabeling] = telemetry.metricRelabelings;
        expect(first).to.deep.equal([relabeling, relabeling]);
    });

    it("has no alerts of an istiod, and those of what keeps the metrics", () => {
        const { spec } = fleet.recording.get(RULES, "west-federation-rules").inputs;
        expect(spec).to.deep.equal({
            groups: clusterAlerts({
                cluster: "west",
                isPrimary: false,
                remoteClusters: [],
                gateway: true,
                sends: true,
                thanosServices: [
                    "thanos-receive-ingestor",
                    "thanos-query",
                    "thanos-query-frontend",
                    "thanos-ruler",
                ],
                scrapeSeconds: 15,
                expiryDays: 14,
                behindSeconds: 120,
            }),
        });
    });
});
