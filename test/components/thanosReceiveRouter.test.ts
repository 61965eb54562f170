// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { messageOf } from "../helpers/errors";
import { PROVIDER } from "../helpers/inCluster";
import type { Recording } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { argsOf, templateOf } from "../helpers/thanos";
import { LIMITS, SIDECAR, ingestorArgs, receive, spec } from "../helpers/thanosReceive";

const SET = "kubernetes:apps/v1:StatefulSet";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const BUDGET = "kubernetes:policy/v1:PodDisruptionBudget";

describe("ThanosReceive with several replicas", () => {
    let recording: Recording;
    before(async () => {
        recording = await receive({ replicas: 3, replicationFactor: 3 });
    });
    const ingestors = () => spec(recording, SET, "r-ingestor");
    const router = () => spec(recording, DEPLOYMENT, "r-router");

    it("has routers before its ingestors", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosReceive r",
                `r > ${CONFIG} r-config`,
                "r > kubernetes:core/v1:ServiceAccount r-account",
                `r > ${SERVICE} r-service`,
                `r > ${SERVICE} r-router-service`,
                `r > ${SET} r-ingestor`,
                "r > kubernetes:networking.k8s.io/v1:NetworkPolicy r-network",
                `r > ${BUDGET} r-budget`,
                `r > ${DEPLOYMENT} r-router`,
            ].sort(),
        );
        expect([ingestors().replicas, router().replicas]).to.deep.equal([3, 2]);
    });

    it("takes writes in the routers, three copies of each, within limits", () => {
        expect(argsOf(router())).to.deep.equal([
            "receive",
            "--http-address=0.0.0.0:10902",
            "--enable-auto-gomemlimit",
            "--grpc-address=127.0.0.1:10901",
            "--remote-write.address=0.0.0.0:19291",
            "--receive.capnproto-address=127.0.0.1:19391",
            "--receive.hashrings-file=/etc/thanos/config/hashrings.json",
            "--receive.hashrings-algorithm=ketama",
            "--receive.replication-factor=3",
            '--label=receive_replica="$(POD_NAME)"',
            "--receive.limits-config-file=/etc/thanos/config/limits.yaml",
        ]);
    });

    it("names every ingestor by its name in the headless Service", () => {
        const end = "thanos-receive-ingestor.monitoring.svc.cluster.local:10901";
        expect(recording.get(CONFIG, "r-config").inputs.data).to.deep.equal({
            "limits.yaml": LIMITS,
            "hashrings.json": JSON.stringify([
                {
                    hashring: "all",
                    algorithm: "ketama",
                    endpoints: [
                        `thanos-receive-ingestor-0.${end}`,
                        `thanos-receive-ingestor-1.${end}`,
                        `thanos-receive-ingestor-2.${end}`,
                    ],
                },
            ]),
        });
    });

    it("takes no writes past the routers", () => {
        expect(argsOf(ingestors())).to.deep.equal(ingestorArgs("127.0.0.1"));
        expect(templateOf(ingestors()).metadata).to.deep.equal({
            labels: {
                "app.kubernetes.io/name": "thanos-receive-ingestor",
                "app.kubernetes.io/part-of": "thanos",
                "sidecar.istio.io/inject": "false",
            },
            annotations: {},
        });
    });

    it("has the sidecar in front of the routers", () => {
        expect(templateOf(router()).metadata).to.deep.equal({
            labels: {
                "app.kubernetes.io/name": "thanos-receive",
                "app.kubernetes.io/part-of": "thanos",
                "istio-fleet.io/takes": "remote-write",
                "sidecar.istio.io/inject": "true",
            },
            annotations: SIDECAR,
        });
    });

    it("has the ingestors before the routers that send to them", () => {
        const names = recording.dependencyNames(recording.get(DEPLOYMENT, "r-router"));
        expect(names).to.include("r-ingestor");
    });

    it("lets one ingestor be away", () => {
        expect(recording.get(BUDGET, "r-budget").inputs.spec).to.deep.equal({
            maxUnavailable: 1,
            selector: { matchLabels: { "app.kubernetes.io/name": "thanos-receive-ingestor" } },
        });
    });

    it("rolls the routers, and not the ingestors, with another hashring", async () => {
        const more = await receive({ replicas: 4, replicationFactor: 3 });
        const volumes = (made: Recording, type: string, name: string) =>
            templateOf(spec(made, type, name)).spec.volumes;
        expect(volumes(more, DEPLOYMENT, "r-router")).not.to.deep.equal(
            volumes(recording, DEPLOYMENT, "r-router"),
        );
        expect(templateOf(spec(more, SET, "r-ingestor"))).to.deep.equal(templateOf(ingestors()));
    });

    it("refuses more copies than there are replicas", async () => {
        const message = await messageOf(() => receive({ replicas: 1, replicationFactor: 3 }));
        expect(message).to.include("replicationFactor 3 must be at most replicas, 1");
    });
});
